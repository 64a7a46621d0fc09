package dev.janiko.builder.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A folder of unpacked layers, kept between builds and shared by builds that run at the same time.
 *
 * <p>Layout: {@code layers/<chain id>/} are complete layers and never change; {@code
 * builds/<random>/} is the work folder of one build, held by a lock on {@code builds/<random>.lock}
 * for as long as that build lives. A layer is unpacked in the work folder and renamed into place
 * when its digests are verified, so what is under {@code layers} is whole, whatever was killed.
 * Work folders whose lock nobody holds are removed when the store is next opened.
 *
 * <p>Safe for use by several threads and several processes.
 */
public final class LayerStore implements AutoCloseable {
  private static final String LAYERS = "layers";
  private static final String BUILDS = "builds";
  private static final String LOCK_SUFFIX = ".lock";

  private final Path layers;
  private final Path work;
  private final Path lockFile;
  private final FileChannel lockChannel;

  private LayerStore(Path layers, Path work, Path lockFile, FileChannel lockChannel) {
    this.layers = layers;
    this.work = work;
    this.lockFile = lockFile;
    this.lockChannel = lockChannel;
  }

  /**
   * Opens a store for one build, making it if there is none, and clears what killed builds left.
   *
   * @throws IOException if the folder cannot be made or written
   */
  public static LayerStore open(Path folder) throws IOException {
    requireNonNull(folder, "folder is null");
    Path layers = folder.resolve(LAYERS);
    Path builds = folder.resolve(BUILDS);
    for (Path made : List.of(folder, layers, builds)) {
      Files.createDirectories(
          made, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    removeAbandoned(builds);
    String name = UUID.randomUUID().toString().substring(0, 8);
    Path lockFile = builds.resolve(name + LOCK_SUFFIX);
    FileChannel channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    channel.lock();
    return new LayerStore(layers, Files.createDirectory(builds.resolve(name)), lockFile, channel);
  }

  /** The unpacked layer that tops a chain, if it is here. */
  public Optional<Path> find(ChainId chain) {
    Path layer = folder(chain);
    return Files.isDirectory(layer) ? Optional.of(layer) : Optional.empty();
  }

  /** The work folder of this build; it is removed on {@link #close()}. */
  public Path work() {
    return work;
  }

  /**
   * Puts a verified layer, unpacked in the {@linkplain #work() work folder}, into its place. If
   * another build was faster, its copy is used and this one is left to be cleared.
   *
   * @return the layer's folder in the store
   */
  public Path keep(ChainId chain, Path unpacked) throws IOException {
    Path layer = folder(chain);
    try {
      Files.move(unpacked, layer, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException expected) {
      return layer;
    } catch (IOException e) {
      if (!Files.isDirectory(layer)) {
        throw e;
      }
    }
    return layer;
  }

  /** Removes the work folder and lets go of the store. */
  @Override
  public void close() throws IOException {
    WorkFolders.remove(work);
    Files.deleteIfExists(lockFile);
    lockChannel.close();
  }

  private Path folder(ChainId chain) {
    return layers.resolve(chain.digest().hex());
  }

  private static void removeAbandoned(Path builds) throws IOException {
    List<Path> locks;
    try (Stream<Path> entries = Files.list(builds)) {
      locks = entries.filter(entry -> entry.toString().endsWith(LOCK_SUFFIX)).toList();
    }
    for (Path lock : locks) {
      removeIfAbandoned(lock);
    }
  }

  private static void removeIfAbandoned(Path lock) throws IOException {
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      if (held == null) {
        return;
      }
      String name = String.valueOf(lock.getFileName());
      WorkFolders.remove(
          lock.resolveSibling(name.substring(0, name.length() - LOCK_SUFFIX.length())));
      Files.deleteIfExists(lock);
    } catch (OverlappingFileLockException | java.nio.file.NoSuchFileException expected) {
      // Another build of this process holds it, or has just cleared it.
      return;
    }
  }
}
