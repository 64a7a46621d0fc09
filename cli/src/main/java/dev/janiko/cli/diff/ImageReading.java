package dev.janiko.cli.diff;

import dev.janiko.builder.compare.ImageIndexer;
import dev.janiko.builder.compare.IndexedImage;
import dev.janiko.builder.docker.EngineClient;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.client.ResolvedImage;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.layout.OciLayout;
import dev.janiko.registry.reference.ImageReference;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Reads images from wherever they are. Layers that several of them have are read once. */
final class ImageReading implements AutoCloseable {
  private final RegistryClient registries;
  private final Supplier<EngineClient> engine;
  private final Platform platform;
  private final ImageIndexer indexer = new ImageIndexer();

  /**
   * Sets up reading.
   *
   * @param registries closed with this
   * @param engine asked only if an image is in an engine
   * @param platform which of several images is read
   */
  ImageReading(RegistryClient registries, Supplier<EngineClient> engine, Platform platform) {
    this.registries = registries;
    this.engine = engine;
    this.platform = platform;
  }

  /**
   * Reads an image to its end.
   *
   * @param name the image for people
   * @throws IOException if it cannot be read
   */
  IndexedImage read(String name, ImageSource source) throws IOException {
    return switch (source) {
      case ImageSource.Registry(ImageReference reference) -> {
        ResolvedImage found = registries.resolve(reference, platform);
        Image image =
            new Image(
                found.manifest(),
                found.config(),
                found.manifest().layers().stream()
                    .map(layer -> registries.remoteBlob(reference, layer))
                    .toList());
        yield indexer.index(name, image);
      }
      case ImageSource.Layout(Path folder, String tag) ->
          indexer.index(name, OciLayout.at(folder).read(tag, platform));
      case ImageSource.Archive(Path file) -> archive(name, file);
      case ImageSource.Engine(String image) -> {
        try (InputStream stream = engine.get().save(image)) {
          yield indexer.index(name, stream);
        }
      }
    };
  }

  private IndexedImage archive(String name, Path file) throws IOException {
    try (InputStream stream = new BufferedInputStream(Files.newInputStream(file), 1 << 17)) {
      return indexer.index(name, stream);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no archive " + file, e);
    }
  }

  @Override
  public void close() throws IOException {
    registries.close();
  }
}
