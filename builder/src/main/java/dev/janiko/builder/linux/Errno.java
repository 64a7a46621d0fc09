package dev.janiko.builder.linux;

/**
 * An error number of the kernel (errno(3)). The numbers named here are the same on x86-64 and
 * arm64.
 *
 * @param number the value, positive
 */
public record Errno(int number) {
  public static final Errno EPERM = new Errno(1);
  public static final Errno ENOENT = new Errno(2);
  public static final Errno ESRCH = new Errno(3);
  public static final Errno EINTR = new Errno(4);
  public static final Errno EIO = new Errno(5);
  public static final Errno E2BIG = new Errno(7);
  public static final Errno ENOEXEC = new Errno(8);
  public static final Errno EBADF = new Errno(9);
  public static final Errno ECHILD = new Errno(10);
  public static final Errno EAGAIN = new Errno(11);
  public static final Errno EACCES = new Errno(13);
  public static final Errno EBUSY = new Errno(16);
  public static final Errno EEXIST = new Errno(17);
  public static final Errno EXDEV = new Errno(18);
  public static final Errno ENODEV = new Errno(19);
  public static final Errno ENOTDIR = new Errno(20);
  public static final Errno EISDIR = new Errno(21);
  public static final Errno EINVAL = new Errno(22);
  public static final Errno ENOSPC = new Errno(28);
  public static final Errno EROFS = new Errno(30);
  public static final Errno ERANGE = new Errno(34);
  public static final Errno ENAMETOOLONG = new Errno(36);
  public static final Errno ENOSYS = new Errno(38);
  public static final Errno ENOTEMPTY = new Errno(39);
  public static final Errno ELOOP = new Errno(40);
  public static final Errno ENODATA = new Errno(61);
  public static final Errno EOPNOTSUPP = new Errno(95);
  public static final Errno EDQUOT = new Errno(122);

  /** The kernel's words for it, such as {@code No space left on device}. */
  public String text() {
    return Native.strerror(number) + " (errno " + number + ")";
  }
}
