package dev.janiko.builder;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.layer.LayerCompression;
import java.util.List;

/**
 * How the layers that a build adds are made; those of base images stay as they are.
 *
 * @param compression of their blobs
 * @param single whether a stage makes one layer at its end instead of one per step
 * @param times what times files and the image have
 * @param ignored absolute paths, with wildcards, that stay out of layers
 */
public record Layering(
    LayerCompression compression, boolean single, Times times, List<String> ignored) {
  /** A layer per step, compressed as every program reads it, times as they are. */
  public static final Layering USUAL = new Layering(LayerCompression.USUAL, false, Times.KEPT);

  /** Refuses absent parts. */
  public Layering {
    requireNonNull(compression, "compression is null");
    requireNonNull(times, "times is null");
    ignored = List.copyOf(ignored);
  }

  /** With all paths. */
  public Layering(LayerCompression compression, boolean single, Times times) {
    this(compression, single, times, List.of());
  }

  /** What becomes of times. */
  public enum Times {
    /** Files keep theirs; the image and its history have {@code SOURCE_DATE_EPOCH}, or now. */
    KEPT,
    /** As {@link #KEPT}, but no file is later than {@code SOURCE_DATE_EPOCH}, which must be set. */
    LIMITED,
    /** No time is later than {@code SOURCE_DATE_EPOCH}, or than 1970 if that is not set. */
    REPRODUCIBLE
  }
}
