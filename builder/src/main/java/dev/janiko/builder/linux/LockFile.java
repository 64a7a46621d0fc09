package dev.janiko.builder.linux;

import java.nio.file.Path;

/**
 * A file that is there to be locked, by flock(2).
 *
 * <p>The lock belongs to this object: others, of this process too, compete with it, and it ends
 * when this is closed or the process ends, however that happens. Used by one thread at a time.
 */
public final class LockFile implements AutoCloseable {
  private static final long SHARED = 1;
  private static final long EXCLUSIVE = 2;
  private static final long NO_WAIT = 4;
  private static final int MODE = 0600;
  private static final long O_RDWR = 2;

  private final Descriptor descriptor;

  private LockFile(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** Opens a file without locking it; makes it if it is not there. */
  public static LockFile open(Path path) throws LinuxException {
    String raw = UnixPath.of(path.toAbsolutePath().toString()).raw();
    String what = "open(" + path + ")";
    long address = Native.scratch().path(raw, what).address();
    long flags = O_RDWR | FileFlags.O_CREAT | FileFlags.O_NOFOLLOW | FileFlags.O_CLOEXEC;
    long opened = Syscall.callAgain(SystemCall.OPENAT, FileFlags.AT_FDCWD, address, flags, MODE);
    return new LockFile(new Descriptor(Syscall.check(opened, what), raw));
  }

  /** Locks it beside others that do the same, unless somebody holds it alone. */
  public boolean tryShared() throws LinuxException {
    return tryLock(SHARED);
  }

  /** Locks it alone, unless somebody else holds it. A shared lock of this object is given up. */
  public boolean tryExclusive() throws LinuxException {
    return tryLock(EXCLUSIVE);
  }

  private boolean tryLock(long kind) throws LinuxException {
    long answer = Syscall.callAgain(SystemCall.FLOCK, descriptor.number(), kind | NO_WAIT, 0, 0);
    if (Syscall.is(answer, Errno.EAGAIN)) {
      return false;
    }
    descriptor.check(answer, "flock", "");
    return true;
  }

  /** Unlocks it. A second call does nothing. */
  @Override
  public void close() {
    descriptor.close();
  }
}
