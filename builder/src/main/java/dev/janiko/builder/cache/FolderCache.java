package dev.janiko.builder.cache;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.RegistryException;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.layout.OciLayout;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Layers in a folder: each an OCI layout of its own, in a folder named by its key. Entries appear
 * and go whole, so any number of builds may share the folder.
 */
public final class FolderCache implements LayerCache {
  private static final String TEMPORARY = ".part-";

  private final Path folder;
  private final Platform platform;

  /**
   * Names the folder, which may not exist yet.
   *
   * @param platform what entries are made for
   */
  public FolderCache(Path folder, Platform platform) {
    this.folder = requireNonNull(folder, "folder is null");
    this.platform = requireNonNull(platform, "platform is null");
  }

  @Override
  public String name() {
    return "oci:" + folder;
  }

  @Override
  public Optional<CachedLayer> find(CacheKey key) throws IOException {
    Path entry = folder.resolve(key.hex());
    if (!Files.isDirectory(entry)) {
      return Optional.empty();
    }
    Image image;
    try {
      image = OciLayout.at(entry).read("", platform);
    } catch (RegistryException e) {
      if (e.kind() == RegistryException.Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
    return EntryImage.read(image.config(), image.layers());
  }

  @Override
  public void keep(CacheKey key, CachedLayer layer) throws IOException {
    Files.createDirectories(folder);
    Path part = folder.resolve(TEMPORARY + UUID.randomUUID());
    Path entry = folder.resolve(key.hex());
    try {
      OciLayout.at(part).write(EntryImage.of(layer, platform), "");
      if (!appears(part, entry)) {
        Path old = folder.resolve(TEMPORARY + UUID.randomUUID());
        moveAway(entry, old);
        remove(old);
        // Another build may have put its own there meanwhile, which is as good.
        appears(part, entry);
      }
    } finally {
      remove(part);
    }
  }

  private static boolean appears(Path part, Path entry) throws IOException {
    try {
      Files.move(part, entry, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (FileSystemException e) {
      if (!Files.isDirectory(entry)) {
        throw e;
      }
      return false;
    }
  }

  private static void moveAway(Path entry, Path to) throws IOException {
    try {
      Files.move(entry, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException expected) {
      return;
    }
  }

  private static void remove(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> found = Files.walk(tree)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }
}
