package dev.janiko.builder.store;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.LockFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Folders that commands of builds use as caches, kept between builds.
 *
 * <p>Layout: {@code <name>/data} is a cache, {@code <name>/lock} is held by whom it is used, shared
 * or alone. A cache is filled beside its place and renamed into it, so that one that is there is
 * whole. Names are given by the caller, who makes them of what tells caches apart.
 *
 * <p>Safe for use by several threads and several processes.
 */
public final class CacheFolders {
  private static final long POLL_MILLIS = 50;
  private static final int MOST_COPIES = 1000;

  private final Path folder;

  /**
   * Uses a folder, which is made when it is needed.
   *
   * @param folder where caches are
   */
  public CacheFolders(Path folder) {
    this.folder = requireNonNull(folder, "folder is null").toAbsolutePath();
  }

  /** Who else may use a cache at the same time. */
  public enum Sharing {
    /** Others that share it. */
    SHARED,
    /** Nobody: whoever comes while it is used gets another one. */
    PRIVATE,
    /** Nobody: whoever comes while it is used waits. */
    LOCKED
  }

  /** Fills a new cache. */
  @FunctionalInterface
  public interface Filler {
    /** Puts into an empty folder what the cache begins with; its owner and mode are its too. */
    void fill(Path empty) throws IOException;
  }

  /**
   * Takes a cache, waiting for it if need be.
   *
   * @param name a file name that tells it apart
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public CacheFolder take(String name, Sharing sharing, Filler filler)
      throws IOException, InterruptedException {
    if (!name.matches("[0-9a-z]+")) {
      throw new IllegalArgumentException("not the name of a cache: " + name);
    }
    for (int copy = 0; copy < MOST_COPIES; copy++) {
      Path place = folder.resolve(copy == 0 ? name : name + "." + copy);
      Files.createDirectories(
          place,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      LockFile lock = LockFile.open(place.resolve("lock"));
      try {
        if (lock(lock, sharing)) {
          return filled(place, lock, sharing, filler);
        }
        lock.close();
      } catch (IOException | InterruptedException | RuntimeException e) {
        lock.close();
        throw e;
      }
    }
    throw new IOException("more than " + MOST_COPIES + " copies of a private cache are in use");
  }

  private static boolean lock(LockFile lock, Sharing sharing)
      throws IOException, InterruptedException {
    return switch (sharing) {
      case PRIVATE -> lock.tryExclusive();
      case LOCKED -> {
        await(lock::tryExclusive);
        yield true;
      }
      case SHARED -> {
        await(lock::tryShared);
        yield true;
      }
    };
  }

  private static CacheFolder filled(Path place, LockFile lock, Sharing sharing, Filler filler)
      throws IOException, InterruptedException {
    Path data = place.resolve("data");
    if (sharing != Sharing.SHARED) {
      removeAll(place);
    }
    while (!Files.isDirectory(data)) {
      // Between the two kinds of lock another may fill it, or empty it again.
      await(lock::tryExclusive);
      if (!Files.isDirectory(data)) {
        Path fresh = place.resolve("new-" + UUID.randomUUID());
        removeAll(place);
        Files.createDirectory(fresh);
        filler.fill(fresh);
        Files.move(fresh, data);
      }
      if (sharing == Sharing.SHARED) {
        await(lock::tryShared);
      }
    }
    return new CacheFolder(data, lock);
  }

  /** What builds that were killed while they filled it have left. */
  private static void removeAll(Path place) throws IOException {
    try (Dir dir = Dir.open(place)) {
      for (String name : dir.names()) {
        if (!name.equals("lock") && !name.equals("data")) {
          dir.removeTree(name);
        }
      }
    }
  }

  private interface Attempt {
    boolean succeeds() throws IOException;
  }

  private static void await(Attempt attempt) throws IOException, InterruptedException {
    while (!attempt.succeeds()) {
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** The caches that one step uses: each is taken once, however often it is asked for. */
  public static final class Taken implements AutoCloseable {
    private final CacheFolders folders;
    private final Map<String, CacheFolder> taken = new HashMap<>();

    /** Takes caches of these folders. */
    public Taken(CacheFolders folders) {
      this.folders = folders;
    }

    /** Whether a cache was taken already. */
    public boolean has(String name) {
      return taken.containsKey(name);
    }

    /** As {@link CacheFolders#take}. */
    public CacheFolder take(String name, Sharing sharing, Filler filler)
        throws IOException, InterruptedException {
      CacheFolder known = taken.get(name);
      if (known == null) {
        known = folders.take(name, sharing, filler);
        taken.put(name, known);
      }
      return known;
    }

    /** Lets go of all. */
    @Override
    public void close() {
      taken.values().forEach(CacheFolder::close);
      taken.clear();
    }
  }
}
