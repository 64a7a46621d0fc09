package dev.janiko.builder.layer;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;

/**
 * How layers are written.
 *
 * @param compression of the blobs
 * @param threads that compress, at least 1; without effect on the bytes
 * @param latestModified seconds since 1970 that no time of a file in the layer may pass
 */
public record LayerOptions(LayerCompression compression, int threads, OptionalLong latestModified) {
  /** Refuses what cannot be. */
  public LayerOptions {
    requireNonNull(compression, "compression is null");
    requireNonNull(latestModified, "latestModified is null");
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads);
    }
  }

  /** The usual compression on all processors, times as they are. */
  public static LayerOptions defaults() {
    return of(LayerCompression.USUAL, OptionalLong.empty());
  }

  /** On all processors. */
  public static LayerOptions of(LayerCompression compression, OptionalLong latestModified) {
    return new LayerOptions(
        compression, Runtime.getRuntime().availableProcessors(), latestModified);
  }

  /** Names all that makes another blob of the same changes. */
  public String name() {
    return compression + " " + latestModified;
  }
}
