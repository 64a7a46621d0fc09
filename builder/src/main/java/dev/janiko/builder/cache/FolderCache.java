package dev.janiko.builder.cache;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.RegistryException;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.layout.OciLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Layers in a folder: each an OCI layout of its own, in a folder named by its key. Entries appear
 * and go whole, so any number of builds may share the folder.
 */
public final class FolderCache implements LayerCache, PrunableCache {
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
    new WholeFolders(folder)
        .put(key.hex(), part -> OciLayout.at(part).write(EntryImage.of(layer, platform), ""));
  }

  @Override
  public List<Entry> entries() throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Path entry : new WholeFolders(folder).all()) {
      String name = String.valueOf(entry.getFileName());
      if (CacheKey.isValid(name)) {
        entries.add(new Entry(name, WholeFolders.time(entry), WholeFolders.size(entry)));
      }
    }
    return List.copyOf(entries);
  }

  @Override
  public void remove(Entry entry) throws IOException {
    new WholeFolders(folder).remove(entry.name());
  }
}
