package dev.janiko.builder;

import dev.janiko.builder.base.BaseImages;
import dev.janiko.builder.cache.BuildCache;
import dev.janiko.builder.cache.FolderCache;
import dev.janiko.builder.cache.LayerCache;
import dev.janiko.builder.cache.RegistryCache;
import dev.janiko.builder.layer.LayerOptions;
import dev.janiko.builder.layer.LayerWriter;
import dev.janiko.builder.plan.ImageChoice;
import dev.janiko.builder.snapshot.IgnoredPaths;
import dev.janiko.builder.stage.LayerQueue;
import dev.janiko.builder.store.LayerStore;
import dev.janiko.registry.client.Pusher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a build in any sandbox works with. Closing it ends all work in the background.
 *
 * @param background runs what goes on beside the steps
 * @param pusher brings blobs to the destinations as they come
 * @param writer makes blobs of layers
 * @param images fetches what stages start and copy from
 * @param queue takes what steps changed
 * @param cache has what earlier builds made, if it is used
 */
record BuildTools(
    Background background,
    Pusher pusher,
    LayerWriter writer,
    BaseImages images,
    LayerQueue queue,
    Optional<BuildCache> cache)
    implements AutoCloseable {

  /**
   * What a build is asked for.
   *
   * @param warnings is told what does not go well but does not matter to the image
   */
  record Setting(BuildRequest request, Registries registries, Consumer<String> warnings) {}

  /**
   * Starts the threads that work beside the steps.
   *
   * @param opening what the plan says about it
   */
  static BuildTools open(Setting setting, LayerStore store, Opening opening) throws IOException {
    BuildRequest request = setting.request();
    Registries registries = setting.registries();
    Path blobs = Files.createDirectory(store.work().resolve("blobs"));
    Background background = Background.start();
    Pusher pusher = Pusher.create(registries.push(), request.outputs().pushTo());
    LayerWriter writer = LayerWriter.create(blobs, opening.options());
    BaseImages images =
        new BaseImages(
            new BaseImages.Pulling(
                registries.pull(),
                image ->
                    opening.lasting().filter(image::equals).isPresent()
                        && needsBlobs(request, image),
                request.cache().flatMap(BuildRequest.Cache::bases)),
            store,
            background.transfers());
    LayerQueue queue =
        new LayerQueue(
            writer,
            background.layers(),
            layer -> pusher.offer(layer.blob()),
            IgnoredPaths.of(request.layering().ignored()));
    if (request.cache().isPresent() && request.layering().single()) {
      setting.warnings().accept("no layer cache: it knows layers of steps, and a stage makes one");
    }
    Optional<BuildCache> cache =
        request
            .cache()
            .filter(_ -> !request.layering().single())
            .map(wanted ->
                new BuildCache(
                    place(wanted, request, registries),
                    wanted.policy(),
                    background.transfers(),
                    setting.warnings()));
    return new BuildTools(background, pusher, writer, images, queue, cache);
  }

  private static LayerCache place(
      BuildRequest.Cache cache, BuildRequest request, Registries registries) {
    return switch (cache.place()) {
      case BuildRequest.CachePlace.Repository repository ->
          new RegistryCache(registries.push(), repository.reference(), request.platform());
      case BuildRequest.CachePlace.Folder folder ->
          new FolderCache(folder.path(), request.platform());
    };
  }

  /**
   * What a plan says about the tools.
   *
   * @param lasting the image whose layers become part of the result, if there is one
   * @param options how new layers are written
   */
  record Opening(Optional<ImageChoice> lasting, LayerOptions options) {}

  /** Whether a base image's blobs go to files or to a registry that cannot take them over. */
  private static boolean needsBlobs(BuildRequest request, ImageChoice image) {
    return request.outputs().needBlobs()
        || request.outputs().pushTo().stream()
            .anyMatch(to -> !to.registry().equals(image.reference().registry()));
  }

  @Override
  public void close() {
    pusher.close();
    background.close();
    writer.close();
  }
}
