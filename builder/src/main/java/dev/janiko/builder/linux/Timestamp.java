package dev.janiko.builder.linux;

import java.lang.foreign.MemorySegment;

/**
 * A moment as file systems keep it.
 *
 * @param seconds since 1970 UTC, negative before
 * @param nanos of the second, 0 to 999,999,999
 */
public record Timestamp(long seconds, int nanos) implements Comparable<Timestamp> {
  private static final int NANOS_PER_SECOND = 1_000_000_000;
  private static final int CLOCK_REALTIME_COARSE = 5;

  /** 1970-01-01T00:00:00Z. */
  public static final Timestamp EPOCH = new Timestamp(0, 0);

  /** Refuses nanos that are no part of a second. */
  public Timestamp {
    if (nanos < 0 || nanos >= NANOS_PER_SECOND) {
      throw new IllegalArgumentException("nanos is " + nanos);
    }
  }

  /** A moment at a whole second. */
  public static Timestamp ofSeconds(long seconds) {
    return new Timestamp(seconds, 0);
  }

  /**
   * The clock that the kernel stamps inodes with (CLOCK_REALTIME_COARSE): it moves by ticks of 1 to
   * 10 ms.
   */
  public static Timestamp coarseNow() throws LinuxException {
    MemorySegment struct = Native.scratch().struct;
    Syscall.check(
        Syscall.call(SystemCall.CLOCK_GETTIME, CLOCK_REALTIME_COARSE, struct.address()),
        "clock_gettime(CLOCK_REALTIME_COARSE)");
    return new Timestamp(struct.get(Native.LONG, 0), (int) struct.get(Native.LONG, 8));
  }

  /** The same moment without its fraction of a second. */
  public Timestamp wholeSeconds() {
    return nanos == 0 ? this : new Timestamp(seconds, 0);
  }

  @Override
  public int compareTo(Timestamp other) {
    int bySeconds = Long.compare(seconds, other.seconds);
    return bySeconds != 0 ? bySeconds : Integer.compare(nanos, other.nanos);
  }
}
