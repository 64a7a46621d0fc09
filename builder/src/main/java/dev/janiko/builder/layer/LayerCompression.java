package dev.janiko.builder.layer;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.zstd.ZstdFrame;
import dev.janiko.registry.image.MediaTypes;

/**
 * How layers are compressed.
 *
 * @param format of the blobs
 * @param level from 1 (fast) to the format's {@linkplain Format#highest() highest} (small)
 */
public record LayerCompression(Format format, int level) {

  /** What layers can be compressed with. */
  public enum Format {
    /**
     * gzip. The default level is the fastest one, and at most 1.10 times the size of level 6.
     *
     * <p>Measured on a 185 MB archive of a Debian base image (one thread, size relative to level 6
     * of zlib): levels 1 and 2 137 MB/s 1.07, where zlib has 94 MB/s 1.09 and 85 MB/s 1.07; then
     * zlib's own, level 6 32 MB/s 1. Half noise, half text: 300 MB/s, zlib 73 MB/s.
     */
    GZIP("gzip", 2, 9),
    /** zstd, at its own default. */
    ZSTD("zstd", 3, ZstdFrame.HIGHEST_LEVEL);

    private final String text;
    private final int usual;
    private final int highest;

    Format(String text, int usual, int highest) {
      this.text = text;
      this.usual = usual;
      this.highest = highest;
    }

    /** The level where none is asked for. */
    public int usual() {
      return usual;
    }

    /** The highest level. */
    public int highest() {
      return highest;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** gzip at its usual level, which every program reads. */
  public static final LayerCompression USUAL = of(Format.GZIP);

  /**
   * Refuses levels that the format does not have.
   *
   * @throws IllegalArgumentException with a message for people
   */
  public LayerCompression {
    requireNonNull(format, "format is null");
    if (level < 1 || level > format.highest()) {
      throw new IllegalArgumentException(
          format + " has the levels 1 to " + format.highest() + ", not " + level);
    }
  }

  /** A format at its usual level. */
  public static LayerCompression of(Format format) {
    return new LayerCompression(format, format.usual());
  }

  /** The media type of layers that are compressed so. */
  String mediaType() {
    return switch (format) {
      case GZIP -> MediaTypes.OCI_LAYER_GZIP;
      case ZSTD -> MediaTypes.OCI_LAYER_ZSTD;
    };
  }

  BlockCodec codec() {
    return switch (format) {
      case GZIP -> new GzipBlocks(level);
      case ZSTD -> new ZstdBlocks(level);
    };
  }
}
