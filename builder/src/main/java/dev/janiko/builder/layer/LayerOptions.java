package dev.janiko.builder.layer;

import java.util.OptionalLong;

/**
 * How layers are written.
 *
 * @param level of gzip, 1 (fast) to 9 (small)
 * @param threads that compress, at least 1; without effect on the bytes
 * @param latestModified seconds since 1970 that no time of a file in the layer may pass
 */
public record LayerOptions(int level, int threads, OptionalLong latestModified) {

  /**
   * The default level: nearly as fast as 1 and at most 1.10 times the size of level 6.
   *
   * <p>Measured on a 484 MB archive of /usr and /etc (two threads, size relative to level 6): level
   * 1 118 MB/s 1.107, level 2 111 MB/s 1.081, level 3 41 to 95 MB/s 1.061, level 4 1.029, level 5
   * 1.009, level 6 11 to 40 MB/s 1.
   */
  public static final int DEFAULT_LEVEL = 2;

  /** Refuses levels that gzip does not have. */
  public LayerOptions {
    if (level < 1 || level > 9) {
      throw new IllegalArgumentException("gzip has the levels 1 to 9, not " + level);
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads);
    }
  }

  /** The default level on all processors, times as they are. */
  public static LayerOptions defaults() {
    return new LayerOptions(
        DEFAULT_LEVEL, Runtime.getRuntime().availableProcessors(), OptionalLong.empty());
  }
}
