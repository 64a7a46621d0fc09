package dev.janiko.builder.linux;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;

/**
 * A file or directory held open, and what belongs to it whatever its name is meanwhile.
 *
 * <p>Every failure is a {@link LinuxException} with the path that it was opened by. Used by one
 * thread at a time.
 */
public abstract sealed class Inode implements AutoCloseable permits Dir, OpenFile {
  private static final long MAX_ID = 0xffff_fffeL;

  /** The id that chown(2) takes for "leave it". */
  static final long UNCHANGED = 0xffff_ffffL;

  private static final long UTIME_OMIT = (1L << 30) - 2;

  final Descriptor descriptor;

  Inode(Descriptor descriptor) {
    this.descriptor = requireNonNull(descriptor, "descriptor is null");
  }

  /** What it is now. */
  public final Stat stat() throws LinuxException {
    return descriptor.stat();
  }

  /** Sets the permission bits with setuid, setgid and sticky. */
  public final void chmod(int mode) throws LinuxException {
    Ledger ledger = descriptor.ledger();
    if (ledger != null) {
      new Ledgered(descriptor, ledger, "").chmod(mode);
      return;
    }
    check(Syscall.call(SystemCall.FCHMOD, descriptor.number(), mode), "fchmod");
  }

  /** Sets owner and group. */
  public final void chown(long uid, long gid) throws LinuxException {
    Ledger ledger = descriptor.ledger();
    if (ledger != null) {
      new Ledgered(descriptor, ledger, "").chown(id(uid), id(gid));
      return;
    }
    check(Syscall.call(SystemCall.FCHOWN, descriptor.number(), id(uid), id(gid)), "fchown");
  }

  /** Sets the time of the last change of content; that of the last access stays. */
  public final void setModified(Timestamp mtime) throws LinuxException {
    long noName = 0;
    long answer = Syscall.call(SystemCall.UTIMENSAT, descriptor.number(), noName, times(mtime));
    Ledger ledger = descriptor.ledger();
    if (ledger != null && Syscall.is(answer, Errno.EPERM)) {
      new Ledgered(descriptor, ledger, "").showModified(mtime);
      return;
    }
    check(answer, "utimensat");
  }

  /** Takes on another's owner, permission bits and time of last change. */
  public final void setAttributes(Stat like) throws LinuxException {
    chown(like.uid(), like.gid());
    chmod(like.mode());
    setModified(like.mtime());
  }

  /** An extended attribute, or nothing if it is not set or cannot be here. */
  public final Optional<byte[]> xattr(String attribute) throws LinuxException {
    return Xattrs.of(descriptor).get(attribute);
  }

  /** All extended attributes that this process may see. */
  public final Map<String, byte[]> xattrs() throws LinuxException {
    return Xattrs.of(descriptor).all();
  }

  /** Sets an extended attribute. */
  public final void setXattr(String attribute, byte[] value) throws LinuxException {
    Xattrs.of(descriptor).set(attribute, value);
  }

  /** Waits until content and metadata, of a directory the names in it, are on the disk. */
  public final void sync() throws LinuxException {
    check(Syscall.callAgain(SystemCall.FSYNC, descriptor.number(), 0, 0, 0), "fsync");
  }

  final void check(long answer, String call) throws LinuxException {
    descriptor.check(answer, call, "");
  }

  /** A user or group as the kernel takes it; 2^32-1 would mean "leave it". */
  static long id(long id) throws LinuxException {
    if (id < 0 || id > MAX_ID) {
      throw new LinuxException("chown to " + id, Errno.EINVAL);
    }
    return id;
  }

  /** The address of two timespecs: access time left as it is, and the given modification time. */
  static long times(Timestamp mtime) {
    MemorySegment struct = Native.scratch().struct;
    struct.set(Native.LONG, 0, 0);
    struct.set(Native.LONG, 8, UTIME_OMIT);
    struct.set(Native.LONG, 16, mtime.seconds());
    struct.set(Native.LONG, 24, mtime.nanos());
    return struct.address();
  }

  /** Closes the descriptor. A second call does nothing. */
  @Override
  public final void close() {
    descriptor.close();
  }

  /** The path that it was opened by, for messages. */
  @Override
  public final String toString() {
    return descriptor.toString();
  }
}
