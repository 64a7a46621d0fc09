package dev.janiko.builder.compare;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.image.Descriptor;

/**
 * A layer of an image that is compared.
 *
 * @param blob the blob as the image names it
 * @param index what is in it
 */
public record IndexedLayer(Descriptor blob, LayerIndex index) {
  /** Checks the parts. */
  public IndexedLayer {
    requireNonNull(blob, "blob is null");
    requireNonNull(index, "index is null");
  }
}
