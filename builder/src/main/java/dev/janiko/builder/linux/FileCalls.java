package dev.janiko.builder.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/**
 * The C library's functions on files, and their constants.
 *
 * <p>All are linked with one and the same shape, five 64-bit words in and one out. Integers,
 * pointers and sizes travel in the same registers on every 64-bit Linux and a function does not
 * look at registers that it has no parameter for; making a shape costs the JVM milliseconds, using
 * it again nothing. Of an {@code int} result the upper half is undefined, hence {@link #call} cuts
 * it off; no result used here is larger.
 */
final class FileCalls {
  static final long AT_FDCWD = -100;
  static final long AT_SYMLINK_NOFOLLOW = 0x100;
  static final long AT_REMOVEDIR = 0x200;
  static final long AT_EMPTY_PATH = 0x1000;
  static final long UTIME_OMIT = (1L << 30) - 2;

  private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");

  static final long O_RDONLY = 0;
  static final long O_WRONLY = 1;
  static final long O_CREAT = 0100;
  static final long O_EXCL = 0200;
  static final long O_NONBLOCK = 04000;
  static final long O_CLOEXEC = 02000000;
  static final long O_DIRECTORY = ARM ? 040000 : 0200000;
  static final long O_NOFOLLOW = ARM ? 0100000 : 0400000;

  static final MethodHandle OPENAT = link("openat");
  static final MethodHandle CLOSE = link("close");
  static final MethodHandle READ = link("read");
  static final MethodHandle PWRITE = link("pwrite64");
  static final MethodHandle FTRUNCATE = link("ftruncate64");
  static final MethodHandle FSYNC = link("fsync");
  static final MethodHandle SYNCFS = link("syncfs");
  static final MethodHandle STATX = link("statx");
  static final MethodHandle GETDENTS = link("getdents64");
  static final MethodHandle LSEEK = link("lseek64");
  static final MethodHandle MKDIRAT = link("mkdirat");
  static final MethodHandle SYMLINKAT = link("symlinkat");
  static final MethodHandle LINKAT = link("linkat");
  static final MethodHandle MKNODAT = link("mknodat");
  static final MethodHandle READLINKAT = link("readlinkat");
  static final MethodHandle UNLINKAT = link("unlinkat");
  static final MethodHandle RENAMEAT2 = link("renameat2");
  static final MethodHandle FCHOWNAT = link("fchownat");
  static final MethodHandle FCHOWN = link("fchown");
  static final MethodHandle FCHMODAT = link("fchmodat");
  static final MethodHandle FCHMOD = link("fchmod");
  static final MethodHandle UTIMENSAT = link("utimensat");
  static final MethodHandle FUTIMENS = link("futimens");
  static final MethodHandle LGETXATTR = link("lgetxattr");
  static final MethodHandle LSETXATTR = link("lsetxattr");
  static final MethodHandle LLISTXATTR = link("llistxattr");
  static final MethodHandle FGETXATTR = link("fgetxattr");
  static final MethodHandle FSETXATTR = link("fsetxattr");
  static final MethodHandle CLOCK_GETTIME = link("clock_gettime");

  private FileCalls() {}

  private static MethodHandle link(String name) {
    return Native.withErrno(
        name,
        FunctionDescriptor.of(
            Native.LONG, Native.LONG, Native.LONG, Native.LONG, Native.LONG, Native.LONG));
  }

  /** Calls one of the functions of this class; -1 means that errno says why. */
  static int call(
      MethodHandle function, Native.Scratch scratch, long a, long b, long c, long d, long e) {
    try {
      return (int) (long) function.invokeExact(scratch.errno, a, b, c, d, e);
    } catch (Throwable thrown) {
      throw Native.unexpected(thrown);
    }
  }

  /** The same, and again for as long as a signal interrupts it. */
  static int callAgain(
      MethodHandle function, Native.Scratch scratch, long a, long b, long c, long d) {
    while (true) {
      int result = call(function, scratch, a, b, c, d, 0);
      if (result >= 0 || scratch.lastErrno() != Errno.EINTR.number()) {
        return result;
      }
    }
  }
}
