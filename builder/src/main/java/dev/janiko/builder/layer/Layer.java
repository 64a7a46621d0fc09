package dev.janiko.builder.layer;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.Digest;
import dev.janiko.registry.image.BlobSource;

/**
 * A layer, wherever its bytes are.
 *
 * @param blob the layer as an image's manifest names it, compressed or not
 * @param diffId the digest of its archive, uncompressed
 */
public record Layer(BlobSource blob, Digest diffId) {
  /** Refuses absent parts. */
  public Layer {
    requireNonNull(blob, "blob is null");
    requireNonNull(diffId, "diffId is null");
  }

  /** A layer on disk. */
  public static Layer of(WrittenLayer written) {
    return new Layer(LayerBlobs.of(written), written.diffId());
  }
}
