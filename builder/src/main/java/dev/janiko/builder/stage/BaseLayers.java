package dev.janiko.builder.stage;

import dev.janiko.builder.base.BaseImages;
import dev.janiko.builder.layer.LayerBlobs;
import dev.janiko.builder.layer.LayerStream;
import dev.janiko.builder.rootfs.UnpackOptions;
import dev.janiko.builder.rootfs.Unpacker;
import dev.janiko.builder.step.PendingLayer;
import dev.janiko.registry.Digest;
import dev.janiko.registry.client.ResolvedImage;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a stage starts from, as layers to unpack: those of an image, and those that this build made
 * upon them.
 *
 * @param images fetches the image's layers
 * @param image the image, or none
 * @param own the build's layers upon it, lowest first
 */
record BaseLayers(BaseImages images, Optional<ImageReference> image, List<PendingLayer> own) {
  /** Makes the list immutable. */
  BaseLayers {
    own = List.copyOf(own);
  }

  private record Layer(BlobSource blob, Digest diffId) {}

  /**
   * Unpacks all layers onto a folder.
   *
   * @throws IOException if a layer cannot be had, or is not what its digests say
   */
  void unpack(Path folder, UnpackOptions options) throws IOException {
    for (Layer layer : layers()) {
      try (LayerStream tar = LayerStream.open(layer.blob().open(), options.maxBytes())) {
        Unpacker.unpack(tar, folder, options);
        Digest found = tar.finish().diffId();
        if (!found.equals(layer.diffId())) {
          throw new IOException(
              "the layer %s holds %s, but its config says %s"
                  .formatted(layer.blob().descriptor().digest(), found, layer.diffId()));
        }
      }
    }
  }

  private List<Layer> layers() {
    List<Layer> layers = new ArrayList<>();
    if (image.isPresent()) {
      ResolvedImage base = BaseImages.await(images.resolve(image.get()));
      List<BlobSource> blobs = images.layers(base);
      for (int i = 0; i < blobs.size(); i++) {
        layers.add(new Layer(blobs.get(i), base.config().diffIds().get(i)));
      }
    }
    for (PendingLayer pending : own) {
      var written = BaseImages.await(pending.written());
      layers.add(new Layer(LayerBlobs.of(written), written.diffId()));
    }
    return layers;
  }
}
