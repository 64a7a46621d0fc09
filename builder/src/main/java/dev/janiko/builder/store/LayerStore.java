package dev.janiko.builder.store;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Dir;
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
 * builds/<build>/} is the work folder of one build, held by a lock on {@code
 * builds/<process>-<build>.lock} for as long as that build lives. A layer is unpacked in the work
 * folder and renamed into place when its digests are verified, so what is under {@code layers} is
 * whole, whatever was killed. Work folders whose lock nobody holds are removed when the store is
 * next opened; a lock file goes only after its work folder.
 *
 * <p>Safe for use by several threads and several processes.
 */
public final class LayerStore implements AutoCloseable {
  private static final String LAYERS = "layers";
  private static final String BUILDS = "builds";
  private static final String LOCK_SUFFIX = ".lock";

  /**
   * Begins the names of this process's locks. A process must not open a lock file that it holds:
   * when the second descriptor is closed, the lock is gone (fcntl(2), "Record locks").
   */
  private static final String OWN = UUID.randomUUID().toString().substring(0, 8) + "-";

  private static final String GIVEN_UP = "closed-";

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
    while (true) {
      Optional<LayerStore> opened = tryOpen(layers, builds);
      if (opened.isPresent()) {
        return opened.get();
      }
    }
  }

  /**
   * Begins a work folder, unless another process takes the lock file, in the moment before it is
   * locked, for one that was left behind, and removes it.
   */
  private static Optional<LayerStore> tryOpen(Path layers, Path builds) throws IOException {
    String build = UUID.randomUUID().toString().substring(0, 8);
    Path lockFile = builds.resolve(OWN + build + LOCK_SUFFIX);
    FileChannel channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      channel.lock();
      if (Files.exists(lockFile)) {
        Path work = Files.createDirectory(builds.resolve(build));
        spread(work);
        return Optional.of(new LayerStore(layers, work, lockFile, channel));
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      Files.deleteIfExists(lockFile);
      throw e;
    }
    channel.close();
    return Optional.empty();
  }

  /**
   * Keeps the trees that are unpacked here apart. ext4 places a new file near its directory, and
   * takes no inode of a file removed in the last minutes, which it looks at one after another: with
   * all trees side by side, unpacking after a removal took half as long again.
   */
  private static void spread(Path work) throws IOException {
    try (Dir dir = Dir.open(work)) {
      dir.spread();
    }
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

  /**
   * Removes the work folder and lets go of the store.
   *
   * @throws IOException if the folder cannot be removed; whoever opens the store next tries again
   */
  @Override
  public void close() throws IOException {
    try {
      WorkFolders.remove(work);
      Files.deleteIfExists(lockFile);
    } catch (IOException e) {
      Path givenUp = lockFile.resolveSibling(GIVEN_UP + work.getFileName() + LOCK_SUFFIX);
      Files.move(lockFile, givenUp, StandardCopyOption.ATOMIC_MOVE);
      throw e;
    } finally {
      lockChannel.close();
    }
  }

  private Path folder(ChainId chain) {
    return layers.resolve(chain.digest().hex());
  }

  private static void removeAbandoned(Path builds) throws IOException {
    List<Path> locks;
    try (Stream<Path> entries = Files.list(builds)) {
      locks = entries.filter(LayerStore::mayBeAbandoned).toList();
    }
    for (Path lock : locks) {
      removeIfAbandoned(lock);
    }
  }

  private static boolean mayBeAbandoned(Path entry) {
    String name = String.valueOf(entry.getFileName());
    return name.endsWith(LOCK_SUFFIX) && !name.startsWith(OWN);
  }

  private static void removeIfAbandoned(Path lock) {
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      if (held == null) {
        return;
      }
      String name = String.valueOf(lock.getFileName());
      String build = name.substring(name.indexOf('-') + 1, name.length() - LOCK_SUFFIX.length());
      WorkFolders.remove(lock.resolveSibling(build));
      Files.deleteIfExists(lock);
    } catch (IOException | OverlappingFileLockException expected) {
      // Somebody else is clearing it, or it cannot be cleared now. The lock file is there still, so
      // the next build tries again; this one does not depend on it.
      return;
    }
  }
}
