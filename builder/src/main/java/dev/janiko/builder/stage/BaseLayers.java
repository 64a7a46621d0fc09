package dev.janiko.builder.stage;

import dev.janiko.builder.base.BaseImage;
import dev.janiko.builder.base.BaseImages;
import dev.janiko.builder.base.VerifiedLayer;
import dev.janiko.builder.layer.Layer;
import dev.janiko.builder.plan.ImageChoice;
import dev.janiko.builder.rootfs.UnpackOptions;
import dev.janiko.builder.step.PendingLayer;
import dev.janiko.registry.image.BlobSource;
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
record BaseLayers(BaseImages images, Optional<ImageChoice> image, List<PendingLayer> own) {
  /** Makes the list immutable. */
  BaseLayers {
    own = List.copyOf(own);
  }

  /**
   * Unpacks all layers onto a folder.
   *
   * @throws IOException if a layer cannot be had, or is not what its digests say
   */
  void unpack(Path folder, UnpackOptions options) throws IOException {
    for (VerifiedLayer layer : layers()) {
      layer.unpack(folder, options);
    }
  }

  /** These with one more upon them. */
  BaseLayers with(PendingLayer layer) {
    List<PendingLayer> more = new ArrayList<>(own);
    more.add(layer);
    return new BaseLayers(images, image, more);
  }

  private List<VerifiedLayer> layers() {
    List<VerifiedLayer> layers = new ArrayList<>();
    if (image.isPresent()) {
      BaseImage base = BaseImages.await(images.resolve(image.get()));
      List<BlobSource> blobs = images.layers(base);
      for (int i = 0; i < blobs.size(); i++) {
        layers.add(new VerifiedLayer(blobs.get(i), base.config().diffIds().get(i)));
      }
    }
    for (PendingLayer pending : own) {
      Layer layer = BaseImages.await(pending.written());
      layers.add(new VerifiedLayer(layer.blob(), layer.diffId()));
    }
    return layers;
  }
}
