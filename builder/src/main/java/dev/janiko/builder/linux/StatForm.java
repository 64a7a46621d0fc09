package dev.janiko.builder.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The structs that calls of the stat(2) family fill. */
public enum StatForm {
  /** {@code struct statx}: the same everywhere. */
  STATX(256),
  /** {@code struct stat}: x86-64's own (asm/stat.h), or the generic one (asm-generic/stat.h). */
  STAT(Architecture.CURRENT.either(144, 128));

  private static final int ACCESSED = 64;
  private static final int CHANGED = 96;
  private static final int PLAIN_OWNER = Architecture.CURRENT.either(28, 24);
  private static final int BLOCK_SIZE = 4;
  private static final int BLOCKS = 48;

  private final int bytes;

  StatForm(int bytes) {
    this.bytes = bytes;
  }

  int bytes() {
    return bytes;
  }

  /** Has the kernel fill a struct; answers 0 or a negative errno. */
  long ask(long path, long flags, MemorySegment into) {
    long address = into.address();
    return switch (this) {
      case STATX ->
          Syscall.call(SystemCall.STATX, FileFlags.AT_FDCWD, path, flags, Stat.MASK, address);
      case STAT -> Syscall.call(SystemCall.NEWFSTATAT, FileFlags.AT_FDCWD, path, address, flags);
    };
  }

  /** The file system in a struct, as in {@link Stat#device}. */
  long device(MemorySegment struct) {
    if (this == STATX) {
      return Long.rotateLeft(struct.get(ValueLayout.JAVA_LONG, 136), Integer.SIZE);
    }
    long number = struct.get(ValueLayout.JAVA_LONG, 0);
    long minor = (number & 0xff) | (number >>> 12 & 0xfff00);
    return (number >>> 8 & 0xfff) << Integer.SIZE | minor;
  }

  /** The inode's number in a struct. */
  long inode(MemorySegment struct) {
    return struct.get(ValueLayout.JAVA_LONG, this == STATX ? 32 : 8);
  }

  /** The owner in a struct. */
  long uid(MemorySegment struct) {
    return Integer.toUnsignedLong(struct.get(ValueLayout.JAVA_INT, owner()));
  }

  /** Writes root as owner and group into a struct. */
  void makeRoots(MemorySegment struct) {
    struct.set(ValueLayout.JAVA_INT, owner(), 0);
    struct.set(ValueLayout.JAVA_INT, owner() + 4, 0);
  }

  private int owner() {
    return this == STATX ? 20 : PLAIN_OWNER;
  }

  /** Lays out what is shown of an inode that a struct statx describes. */
  MemorySegment write(MemorySegment real, Stat shown, TracedInode.Buffer buffer) {
    MemorySegment out = buffer.segment;
    switch (this) {
      case STATX -> writeExtended(real, shown, out);
      case STAT -> writePlain(real, shown, out);
    }
    return out;
  }

  private static void writeExtended(MemorySegment real, Stat shown, MemorySegment out) {
    MemorySegment.copy(real, 0, out, 0, 256);
    out.set(ValueLayout.JAVA_INT, 20, (int) shown.uid());
    out.set(ValueLayout.JAVA_INT, 24, (int) shown.gid());
    out.set(ValueLayout.JAVA_SHORT, 28, (short) (shown.type().bits() | shown.mode()));
    out.set(ValueLayout.JAVA_LONG, 40, shown.size());
    out.set(ValueLayout.JAVA_LONG, 112, shown.mtime().seconds());
    out.set(ValueLayout.JAVA_INT, 120, shown.mtime().nanos());
    out.set(ValueLayout.JAVA_INT, 128, shown.rdevMajor());
    out.set(ValueLayout.JAVA_INT, 132, shown.rdevMinor());
  }

  private static void writePlain(MemorySegment real, Stat shown, MemorySegment out) {
    out.asSlice(0, 144).fill((byte) 0);
    boolean x86 = Architecture.CURRENT == Architecture.X86_64;
    int mode = shown.type().bits() | shown.mode();
    out.set(ValueLayout.JAVA_LONG, 0, number((int) (shown.device() >> 32), (int) shown.device()));
    out.set(ValueLayout.JAVA_LONG, 8, shown.inode());
    if (x86) {
      out.set(ValueLayout.JAVA_LONG, 16, shown.links());
    } else {
      out.set(ValueLayout.JAVA_INT, 20, shown.links());
    }
    out.set(ValueLayout.JAVA_INT, x86 ? 24 : 16, mode);
    out.set(ValueLayout.JAVA_INT, x86 ? 28 : 24, (int) shown.uid());
    out.set(ValueLayout.JAVA_INT, x86 ? 32 : 28, (int) shown.gid());
    out.set(ValueLayout.JAVA_LONG, x86 ? 40 : 32, number(shown.rdevMajor(), shown.rdevMinor()));
    out.set(ValueLayout.JAVA_LONG, 48, shown.size());
    out.set(ValueLayout.JAVA_INT, 56, real.get(ValueLayout.JAVA_INT, BLOCK_SIZE));
    out.set(ValueLayout.JAVA_LONG, 64, real.get(ValueLayout.JAVA_LONG, BLOCKS));
    time(out, 72, real.get(ValueLayout.JAVA_LONG, ACCESSED), real, ACCESSED);
    out.set(ValueLayout.JAVA_LONG, 88, shown.mtime().seconds());
    out.set(ValueLayout.JAVA_LONG, 96, shown.mtime().nanos());
    time(out, 104, real.get(ValueLayout.JAVA_LONG, CHANGED), real, CHANGED);
  }

  private static void time(MemorySegment out, int at, long seconds, MemorySegment real, int from) {
    out.set(ValueLayout.JAVA_LONG, at, seconds);
    out.set(ValueLayout.JAVA_LONG, at + 8, real.get(ValueLayout.JAVA_INT, from + 8));
  }

  /** A device as the C library keeps it (makedev(3)). */
  private static long number(int major, int minor) {
    return (minor & 0xffL) | ((long) major << 8) | ((long) (minor & ~0xff) << 12);
  }
}
