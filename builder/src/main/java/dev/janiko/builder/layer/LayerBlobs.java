package dev.janiko.builder.layer;

import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Descriptor;

/** Layers on disk as blobs of an image. */
public final class LayerBlobs {
  private LayerBlobs() {}

  /** The blob that a written layer is. */
  public static BlobSource of(WrittenLayer layer) {
    return BlobSource.ofFile(
        Descriptor.of(layer.mediaType(), layer.digest(), layer.size()), layer.blob());
  }
}
