package dev.janiko.builder.linux;

import static dev.janiko.builder.linux.FileCalls.call;
import static dev.janiko.builder.linux.FileCalls.callAgain;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * A file held open by its descriptor. Used by one thread at a time.
 *
 * <p>Operations act on the inode, whatever happens to its name meanwhile. Every failure is a {@link
 * LinuxException} with the path that the file was opened by.
 */
public final class OpenFile implements AutoCloseable {
  private final int descriptor;
  private final String label;
  private boolean open = true;

  OpenFile(int descriptor, String label) {
    this.descriptor = descriptor;
    this.label = label;
  }

  /** What the inode is now. */
  public Stat stat() throws LinuxException {
    return FileStatus.ofDescriptor(descriptor, label);
  }

  /**
   * Reads the next bytes.
   *
   * @return how many, or -1 at the end of the file
   */
  public int read(byte[] into, int offset, int length) throws LinuxException {
    if (length == 0) {
      return 0;
    }
    Native.Scratch scratch = Native.scratch();
    MemorySegment buffer = scratch.transfer();
    int wanted = Math.min(length, Native.Scratch.TRANSFER_BYTES);
    int count = callAgain(FileCalls.READ, scratch, descriptor, buffer.address(), wanted, 0);
    if (count < 0) {
      throw scratch.failure("read(" + label + ")");
    }
    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, offset, count);
    return count == 0 ? -1 : count;
  }

  /** Writes all of the bytes at a position of the file. */
  public void write(byte[] from, int offset, int length, long position) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    MemorySegment buffer = scratch.transfer();
    int done = 0;
    while (done < length) {
      int part = Math.min(length - done, Native.Scratch.TRANSFER_BYTES);
      MemorySegment.copy(from, offset + done, buffer, ValueLayout.JAVA_BYTE, 0, part);
      int written = 0;
      while (written < part) {
        int count =
            callAgain(
                FileCalls.PWRITE,
                scratch,
                descriptor,
                buffer.address() + written,
                part - written,
                position + done + written);
        if (count < 0) {
          throw scratch.failure("write(" + label + ")");
        }
        written += count;
      }
      done += part;
    }
  }

  /** Makes the file this long; what is added reads as zeros and takes no room. */
  public void truncate(long size) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    check(scratch, callAgain(FileCalls.FTRUNCATE, scratch, descriptor, size, 0, 0), "ftruncate");
  }

  /**
   * Writes the content of another file here, from this file's beginning.
   *
   * @param source read from its current position to its end
   * @return the bytes copied
   */
  public long copyFrom(OpenFile source) throws LinuxException {
    byte[] buffer = new byte[Native.Scratch.TRANSFER_BYTES];
    long position = 0;
    for (int count = source.read(buffer, 0, buffer.length);
        count >= 0;
        count = source.read(buffer, 0, buffer.length)) {
      write(buffer, 0, count, position);
      position += count;
    }
    return position;
  }

  /** Sets owner and group. */
  public void chown(long uid, long gid) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    check(
        scratch,
        call(FileCalls.FCHOWN, scratch, descriptor, Dir.id(uid), Dir.id(gid), 0, 0),
        "fchown");
  }

  /** Sets the permission bits with setuid, setgid and sticky. */
  public void chmod(int mode) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    check(scratch, call(FileCalls.FCHMOD, scratch, descriptor, mode, 0, 0, 0), "fchmod");
  }

  /** Sets the time of the last change of content; that of the last access stays. */
  public void setModified(Timestamp mtime) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    check(
        scratch,
        call(FileCalls.FUTIMENS, scratch, descriptor, FileStatus.times(scratch, mtime), 0, 0, 0),
        "futimens");
  }

  /** An extended attribute, or nothing if it is not set or cannot be here. */
  public Optional<byte[]> xattr(String name) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    MemorySegment value = scratch.transfer();
    int size =
        call(
            FileCalls.FGETXATTR,
            scratch,
            descriptor,
            scratch.path(name, "fgetxattr").address(),
            value.address(),
            Native.Scratch.TRANSFER_BYTES,
            0);
    if (size < 0 && Xattrs.isAbsence(scratch.lastErrno())) {
      return Optional.empty();
    }
    check(scratch, size, "fgetxattr");
    return Optional.of(Xattrs.bytes(value, size));
  }

  /** Sets an extended attribute. */
  public void setXattr(String name, byte[] value) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    check(
        scratch,
        call(
            FileCalls.FSETXATTR,
            scratch,
            descriptor,
            scratch.path(name, "fsetxattr").address(),
            Xattrs.copy(scratch, value, "fsetxattr").address(),
            value.length,
            0),
        "fsetxattr of " + name);
  }

  /** Waits until content and metadata are on the disk. */
  public void sync() throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    check(scratch, callAgain(FileCalls.FSYNC, scratch, descriptor, 0, 0, 0), "fsync");
  }

  private void check(Native.Scratch scratch, int result, String name) throws LinuxException {
    if (result < 0) {
      throw scratch.failure(name + "(" + label + ")");
    }
  }

  /** Closes the descriptor. A second call does nothing. */
  @Override
  public void close() {
    if (open) {
      open = false;
      FileStatus.close(descriptor);
    }
  }

  /** The path that it was opened by, for messages. */
  @Override
  public String toString() {
    return label;
  }
}
