package dev.janiko.builder.linux;

import java.lang.foreign.MemorySegment;

/** What {@link Dir} and {@link OpenFile} both need on bare descriptors. */
final class FileStatus {
  private FileStatus() {}

  static Stat ofDescriptor(int descriptor, String label) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    if (statx(scratch, descriptor, "", FileCalls.AT_EMPTY_PATH) < 0) {
      throw scratch.failure("statx(" + label + ")");
    }
    return Stat.of(scratch.struct);
  }

  /** Fills the thread's struct buffer; negative if errno says why not. */
  static int statx(Native.Scratch scratch, int descriptor, String name, long flags)
      throws LinuxException {
    return FileCalls.call(
        FileCalls.STATX,
        scratch,
        descriptor,
        scratch.path(name, "statx").address(),
        flags,
        Stat.MASK,
        scratch.struct.address());
  }

  /** The address of two timespecs: access time left as it is, and the given modification time. */
  static long times(Native.Scratch scratch, Timestamp mtime) {
    MemorySegment struct = scratch.struct;
    struct.set(Native.LONG, 0, 0);
    struct.set(Native.LONG, 8, FileCalls.UTIME_OMIT);
    struct.set(Native.LONG, 16, mtime.seconds());
    struct.set(Native.LONG, 24, mtime.nanos());
    return struct.address();
  }

  /**
   * Closes a descriptor. Errors of close(2) are about earlier writes on network file systems; who
   * must know has called fsync before.
   */
  static void close(int descriptor) {
    FileCalls.call(FileCalls.CLOSE, Native.scratch(), descriptor, 0, 0, 0, 0);
  }
}
