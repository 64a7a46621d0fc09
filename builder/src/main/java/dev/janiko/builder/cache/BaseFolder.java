package dev.janiko.builder.cache;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.client.ResolvedImage;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.Index;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.layout.OciLayout;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Base images in a folder that many builds share, most of them only reading it: each image an OCI
 * layout of its own, in a folder named by its manifest's digest, and beside them the indexes that
 * they were found through. Only digests lead to images, so none is ever stale.
 */
public final class BaseFolder implements PrunableCache {
  private static final String INDEX = ".index";

  private final Path folder;
  private final Duration lifetime;

  /**
   * Names the folder, which may not exist.
   *
   * @param lifetime after which an image is as if it were not there
   */
  public BaseFolder(Path folder, Duration lifetime) {
    this.folder = requireNonNull(folder, "folder is null").toAbsolutePath();
    this.lifetime = requireNonNull(lifetime, "lifetime is null");
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  @Override
  public String name() {
    return folder.toString();
  }

  /**
   * Looks an image up.
   *
   * @param digest of its manifest, or of an index that leads to it
   * @param platform chooses in an index
   * @throws IOException if what is there is not usable
   */
  public Optional<Image> find(Digest digest, Platform platform) throws IOException {
    Digest manifest = digest;
    Path index = index(digest);
    if (Files.isRegularFile(index)) {
      Optional<Digest> chosen = chosen(index, digest, platform);
      if (chosen.isEmpty()) {
        return Optional.empty();
      }
      manifest = chosen.get();
    }
    Path entry = folder.resolve(manifest.hex());
    if (!Files.isDirectory(entry)
        || WholeFolders.time(entry).isBefore(Instant.now().minus(lifetime))) {
      return Optional.empty();
    }
    try {
      return Optional.of(OciLayout.at(entry).read(manifest, platform));
    } catch (RegistryException e) {
      if (e.kind() == RegistryException.Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What an index that is kept here chooses. */
  private static Optional<Digest> chosen(Path file, Digest digest, Platform platform)
      throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    return digest.matches(bytes)
        ? Index.parse(bytes, "").select(platform).map(Descriptor::digest)
        : Optional.empty();
  }

  /**
   * Keeps an image, if it is not there.
   *
   * @param force whether it is fetched again if it is there
   * @return whether it was fetched
   * @throws IOException if it cannot be fetched or kept; then what was there is still there
   */
  public boolean keep(ResolvedImage image, RegistryClient client, boolean force)
      throws IOException {
    try {
      Files.createDirectories(folder);
      if (image.index().isPresent()) {
        keep(image.index().get());
      }
      Digest manifest = image.manifest().digest();
      if (!force && find(manifest, image.config().platform()).isPresent()) {
        return false;
      }
      new WholeFolders(folder)
          .put(
              manifest.hex(),
              part -> OciLayout.at(part).write(image.image(client), image.reference().familiar()));
      Files.setLastModifiedTime(folder.resolve(manifest.hex()), FileTime.from(Instant.now()));
      return true;
    } catch (AccessDeniedException e) {
      throw new IOException("the folder " + folder + " cannot be written", e);
    }
  }

  private void keep(Index index) throws IOException {
    Path part = folder.resolve(".index-" + UUID.randomUUID());
    try {
      Files.write(part, index.bytes());
      Files.move(part, index(index.digest()), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private Path index(Digest digest) {
    return folder.resolve(digest.hex() + INDEX);
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

  /** Removes an image, and the indexes that lead to nothing more here. */
  @Override
  public void remove(Entry entry) throws IOException {
    new WholeFolders(folder).remove(entry.name());
    List<Path> indexes;
    try (Stream<Path> found = Files.list(folder)) {
      indexes = found.filter(path -> path.toString().endsWith(INDEX)).toList();
    }
    for (Path index : indexes) {
      if (!leadsSomewhere(index)) {
        Files.deleteIfExists(index);
      }
    }
  }

  private boolean leadsSomewhere(Path index) throws IOException {
    try {
      return Index.parse(Files.readAllBytes(index), "").manifests().stream()
          .anyMatch(image -> Files.isDirectory(folder.resolve(image.digest().hex())));
    } catch (NoSuchFileException gone) {
      return true;
    }
  }
}
