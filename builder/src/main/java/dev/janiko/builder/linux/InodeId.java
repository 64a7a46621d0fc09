package dev.janiko.builder.linux;

import java.lang.foreign.MemorySegment;

/**
 * One inode among all there ever are on this machine.
 *
 * <p>File systems give the number of a removed inode to the next one; when it was made tells them
 * apart, if the file system keeps that and the clock has ticked between.
 *
 * @param device the file system, as in {@link Stat}
 * @param inode its number there
 * @param born when it was made (STATX_BTIME); the epoch if the file system does not say
 */
record InodeId(long device, long inode, Timestamp born) {
  private static final int STX_MASK = 0;
  private static final int STATX_BTIME = 0x800;
  private static final int BTIME = 80;

  /** Reads it from a struct statx that was asked for {@link Stat#MASK}. */
  static InodeId of(MemorySegment struct, Stat stat) {
    boolean known = (struct.get(Native.INT, STX_MASK) & STATX_BTIME) != 0;
    Timestamp born =
        known
            ? new Timestamp(struct.get(Native.LONG, BTIME), struct.get(Native.INT, BTIME + 8))
            : Timestamp.EPOCH;
    return new InodeId(stat.device(), stat.inode(), born);
  }
}
