package dev.janiko.builder.store;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.TreeRemoval;
import dev.janiko.registry.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A folder of unpacked layers, kept between builds and shared by builds that run at the same time.
 *
 * <p>Layout: {@code layers/<chain id>/} are complete layers and never change; {@code notes/<chain
 * id>} tell their size and when they were used last; {@code builds/<build>/} is the work folder of
 * one build, held by a lock on {@code builds/<process>-<build>.lock} for as long as that build
 * lives. A layer is unpacked in the work folder and renamed into place when its digests are
 * verified, so what is under {@code layers} is whole, whatever was killed. Work folders whose lock
 * nobody holds are removed when the store is next opened; a lock file goes only after its work
 * folder.
 *
 * <p>A layer that a build has found or kept stays until that build closes the store; any other can
 * be {@linkplain #remove removed}, also while builds run.
 *
 * <p>Safe for use by several threads and several processes.
 */
public final class LayerStore implements AutoCloseable {
  private static final String LAYERS = "layers";
  private static final String NOTES = "notes";
  private static final String BUILDS = "builds";
  private static final String SHA256 = "sha256:";
  private static final String LOCK_SUFFIX = ".lock";

  /**
   * Begins the names of this process's locks. A process must not open a lock file that it holds:
   * when the second descriptor is closed, the lock is gone (fcntl(2), "Record locks").
   */
  private static final String OWN = UUID.randomUUID().toString().substring(0, 8) + "-";

  private static final String GIVEN_UP = "closed-";

  private final Path layers;
  private final LayerNotes notes;
  private final LayerUse use;
  private final Build build;

  private LayerStore(Path folder, Build build) throws IOException {
    this.layers = folder.resolve(LAYERS);
    this.notes = new LayerNotes(folder.resolve(NOTES));
    this.build = build;
    Path builds = folder.resolve(BUILDS);
    this.use = new LayerUse(build.work, () -> clear(builds));
  }

  /**
   * A build with the store open.
   *
   * @param work its folder
   * @param lockFile the file that it holds locked
   * @param lockChannel holds the lock
   */
  private record Build(Path work, Path lockFile, FileChannel lockChannel) {}

  /**
   * Opens a store for one build, making it if there is none, and clears what killed builds left.
   *
   * @throws IOException if the folder cannot be made or written
   */
  public static LayerStore open(Path folder) throws IOException {
    requireNonNull(folder, "folder is null");
    Path builds = folder.resolve(BUILDS);
    for (Path made : List.of(folder, folder.resolve(LAYERS), folder.resolve(NOTES), builds)) {
      Files.createDirectories(
          made, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    removeAbandoned(builds);
    while (true) {
      Optional<Build> begun = tryBegin(builds);
      if (begun.isPresent()) {
        return new LayerStore(folder, begun.get());
      }
    }
  }

  /**
   * Begins a work folder, unless another process takes the lock file, in the moment before it is
   * locked, for one that was left behind, and removes it.
   */
  private static Optional<Build> tryBegin(Path builds) throws IOException {
    String build = UUID.randomUUID().toString().substring(0, 8);
    Path lockFile = builds.resolve(OWN + build + LOCK_SUFFIX);
    FileChannel channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      channel.lock();
      if (Files.exists(lockFile)) {
        Path work = Files.createDirectory(builds.resolve(build));
        spread(work);
        return Optional.of(new Build(work, lockFile, channel));
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

  /** The unpacked layer that tops a chain, if it is here; it stays until this is closed. */
  public Optional<Path> find(ChainId chain) throws IOException {
    Path layer = folder(chain);
    use.mark(name(chain));
    if (!Files.isDirectory(layer)) {
      return Optional.empty();
    }
    notes.used(name(chain));
    return Optional.of(layer);
  }

  /** The work folder of this build; it is removed on {@link #close()}. */
  public Path work() {
    return build.work;
  }

  /**
   * Puts a verified layer, unpacked in the {@linkplain #work() work folder}, into its place. If
   * another build was faster, its copy is used and this one is left to be cleared.
   *
   * @param entries how many entries it was unpacked from
   * @param bytes how many bytes their contents have
   * @return the layer's folder in the store, which stays until this is closed
   */
  public Path keep(ChainId chain, Path unpacked, long entries, long bytes) throws IOException {
    Path layer = folder(chain);
    use.mark(name(chain));
    notes.write(name(chain), LayerNotes.estimate(entries, bytes));
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

  /** All layers that are kept, the one used longest ago first. */
  public List<StoredLayer> layers() throws IOException {
    List<Path> trees;
    try (Stream<Path> entries = Files.list(layers)) {
      trees = entries.toList();
    }
    List<StoredLayer> found = new ArrayList<>();
    for (Path tree : trees) {
      String name = String.valueOf(tree.getFileName());
      if (Digest.isValid(SHA256 + name)) {
        describe(name, tree).ifPresent(found::add);
      }
    }
    found.sort(
        Comparator.comparing(StoredLayer::lastUsed)
            .thenComparing(layer -> layer.chain().digest().hex()));
    return List.copyOf(found);
  }

  private Optional<StoredLayer> describe(String name, Path tree) throws IOException {
    try {
      long size = notes.size(name, tree);
      ChainId chain = new ChainId(Digest.parse(SHA256 + name));
      return Optional.of(new StoredLayer(chain, size, notes.lastUsed(name)));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    } catch (LinuxException e) {
      if (e.errno().equals(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Whether a build uses the layer, this one or another. */
  public boolean isUsed(ChainId chain) throws IOException {
    return use.isUsed(name(chain));
  }

  /**
   * Takes a layer out of the store, unless a build uses it. Its files are removed when this is
   * closed.
   *
   * @return whether this has taken it
   */
  public boolean remove(ChainId chain) throws IOException {
    boolean removed = use.remove(folder(chain));
    if (removed) {
      notes.forget(name(chain));
    }
    return removed;
  }

  /**
   * Removes the work folder and lets go of the store.
   *
   * @throws IOException if the folder cannot be removed; whoever opens the store next tries again
   */
  @Override
  public void close() throws IOException {
    try {
      TreeRemoval.remove(build.work);
      Files.deleteIfExists(build.lockFile);
    } catch (IOException e) {
      String name = GIVEN_UP + build.work.getFileName() + LOCK_SUFFIX;
      Path givenUp = build.lockFile.resolveSibling(name);
      Files.move(build.lockFile, givenUp, StandardCopyOption.ATOMIC_MOVE);
      throw e;
    } finally {
      build.lockChannel.close();
    }
  }

  private Path folder(ChainId chain) {
    return layers.resolve(name(chain));
  }

  private static String name(ChainId chain) {
    return chain.digest().hex();
  }

  /** What cannot be cleared now is cleared later. */
  private static void clear(Path builds) {
    try {
      removeAbandoned(builds);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
      TreeRemoval.remove(lock.resolveSibling(build));
      Files.deleteIfExists(lock);
    } catch (IOException | OverlappingFileLockException expected) {
      // Somebody else is clearing it, or it cannot be cleared now. The lock file is there still, so
      // the next build tries again; this one does not depend on it.
      return;
    }
  }
}
