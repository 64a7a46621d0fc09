package dev.janiko.builder;

import dev.janiko.builder.base.BaseImages;
import dev.janiko.builder.layer.LayerBlobs;
import dev.janiko.builder.layer.LayerOptions;
import dev.janiko.builder.layer.LayerWriter;
import dev.janiko.builder.stage.LayerQueue;
import dev.janiko.builder.store.LayerStore;
import dev.janiko.registry.client.Pusher;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a build in any sandbox works with. Closing it ends all work in the background.
 *
 * @param background runs what goes on beside the steps
 * @param pusher brings blobs to the destinations as they come
 * @param writer makes blobs of layers
 * @param images fetches what stages start and copy from
 * @param queue takes what steps changed
 */
record BuildTools(
    Background background, Pusher pusher, LayerWriter writer, BaseImages images, LayerQueue queue)
    implements AutoCloseable {

  /**
   * Starts the threads that work beside the steps.
   *
   * @param opening what the plan says about it
   */
  static BuildTools open(
      BuildRequest request, Registries registries, LayerStore store, Opening opening)
      throws IOException {
    Path blobs = Files.createDirectory(store.work().resolve("blobs"));
    Background background = Background.start();
    Pusher pusher = Pusher.create(registries.push(), request.outputs().pushTo());
    LayerWriter writer = LayerWriter.create(blobs, opening.options());
    BaseImages images =
        new BaseImages(
            new BaseImages.Pulling(
                registries.pull(),
                request.platform(),
                image ->
                    opening.lasting().filter(image::equals).isPresent()
                        && needsBlobs(request, image)),
            store,
            background.transfers());
    LayerQueue queue =
        new LayerQueue(writer, background.layers(), layer -> pusher.offer(LayerBlobs.of(layer)));
    return new BuildTools(background, pusher, writer, images, queue);
  }

  /**
   * What a plan says about the tools.
   *
   * @param lasting the image whose layers become part of the result, if there is one
   * @param options how new layers are written
   */
  record Opening(Optional<ImageReference> lasting, LayerOptions options) {}

  /** Whether a base image's blobs go to files or to a registry that cannot take them over. */
  private static boolean needsBlobs(BuildRequest request, ImageReference image) {
    return request.outputs().needBlobs()
        || request.outputs().pushTo().stream()
            .anyMatch(to -> !to.registry().equals(image.registry()));
  }

  @Override
  public void close() {
    pusher.close();
    background.close();
    writer.close();
  }
}
