package dev.janiko.builder.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A file held open by its descriptor, for reading or for writing. */
public final class OpenFile extends Inode {
  OpenFile(Descriptor descriptor) {
    super(descriptor);
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
    MemorySegment buffer = Native.scratch().transfer();
    long wanted = Math.min(length, Native.Scratch.TRANSFER_BYTES);
    long count =
        Syscall.callAgain(SystemCall.READ, descriptor.number(), buffer.address(), wanted, 0);
    check(count, "read");
    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, offset, (int) count);
    return count == 0 ? -1 : (int) count;
  }

  /** Writes all of the bytes at a position of the file. */
  public void write(byte[] from, int offset, int length, long position) throws LinuxException {
    MemorySegment buffer = Native.scratch().transfer();
    int done = 0;
    while (done < length) {
      int part = Math.min(length - done, Native.Scratch.TRANSFER_BYTES);
      MemorySegment.copy(from, offset + done, buffer, ValueLayout.JAVA_BYTE, 0, part);
      writeAll(buffer.address(), part, position + done);
      done += part;
    }
  }

  private void writeAll(long address, int length, long position) throws LinuxException {
    long written = 0;
    while (written < length) {
      long count =
          Syscall.callAgain(
              SystemCall.PWRITE64,
              descriptor.number(),
              address + written,
              length - written,
              position + written);
      check(count, "write");
      written += count;
    }
  }

  /** Makes the file this long; what is added reads as zeros and takes no room. */
  public void truncate(long size) throws LinuxException {
    check(Syscall.callAgain(SystemCall.FTRUNCATE, descriptor.number(), size, 0, 0), "ftruncate");
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
}
