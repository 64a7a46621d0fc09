package dev.janiko.builder;

import dev.janiko.builder.base.BaseImages;
import dev.janiko.builder.layer.LayerBlobs;
import dev.janiko.builder.layer.LayerOptions;
import dev.janiko.builder.layer.LayerWriter;
import dev.janiko.builder.stage.LayerQueue;
import dev.janiko.builder.store.LayerStore;
import dev.janiko.registry.client.Pusher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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

  static BuildTools open(BuildRequest request, Registries registries, LayerStore store)
      throws IOException {
    Path blobs = Files.createDirectory(store.work().resolve("blobs"));
    Background background = Background.start();
    Pusher pusher = Pusher.create(registries.push(), request.outputs().pushTo());
    LayerWriter writer = LayerWriter.create(blobs, LayerOptions.defaults());
    BaseImages images =
        new BaseImages(registries.pull(), request.platform(), store, background.transfers());
    LayerQueue queue =
        new LayerQueue(writer, background.layers(), layer -> pusher.offer(LayerBlobs.of(layer)));
    return new BuildTools(background, pusher, writer, images, queue);
  }

  @Override
  public void close() {
    pusher.close();
    background.close();
    writer.close();
  }
}
