package dev.janiko.builder.linux;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Removes folders with all below them, several parts at a time.
 *
 * <p>A file system that is mounted with {@code discard} and has no journal tells the disk of each
 * block that is freed and waits for the answer, a millisecond or more for every directory. Waiting
 * for many of them at once takes hardly longer than for one.
 */
public final class TreeRemoval {
  private static final int THREADS = 8;
  private static final int DEEPEST_SPLIT = 4;

  private TreeRemoval() {}

  /** As {@link #remove(UnixPath)}. */
  public static void remove(Path folder) throws LinuxException {
    remove(UnixPath.of(folder.toAbsolutePath().toString()));
  }

  /**
   * Removes a folder, or what else has the path; does nothing if it is missing.
   *
   * @param folder absolute, and not the root
   * @throws LinuxException if something cannot be removed, EBUSY if something is mounted there; the
   *     rest is gone nevertheless
   */
  public static void remove(UnixPath folder) throws LinuxException {
    String name = folder.rawNames().getLast();
    try (Dir dir = Dir.open(parent(folder))) {
      if (dir.find(name).filter(Stat::isDirectory).isPresent()) {
        removeAll(parts(folder));
      }
      dir.removeTree(name);
    }
  }

  private static UnixPath parent(UnixPath path) {
    String raw = path.raw();
    return UnixPath.ofRaw(raw.substring(0, raw.length() - path.rawNames().getLast().length()));
  }

  /** The directories at the first level that has enough of them, each with a name of its own. */
  private static List<UnixPath> parts(UnixPath folder) throws LinuxException {
    List<UnixPath> level = List.of(folder);
    for (int depth = 0; depth < DEEPEST_SPLIT && level.size() < THREADS; depth++) {
      List<UnixPath> below = new ArrayList<>();
      for (UnixPath path : level) {
        below.addAll(directories(path));
      }
      if (below.isEmpty()) {
        break;
      }
      level = below;
    }
    return level;
  }

  private static List<UnixPath> directories(UnixPath path) throws LinuxException {
    List<UnixPath> found = new ArrayList<>();
    try (Dir dir = Dir.open(path)) {
      for (DirEntry entry : dir.entries()) {
        if (entry.stat().isDirectory()) {
          found.add(path.resolve(UnixPath.ofRaw(entry.name())));
        }
      }
    }
    return found;
  }

  private static void removeAll(List<UnixPath> parts) throws LinuxException {
    if (parts.size() < 2) {
      return;
    }
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(THREADS, parts.size()), Thread.ofPlatform().name("removal-", 0).factory())) {
      List<CompletableFuture<Void>> removals =
          parts.stream()
              .map(part -> CompletableFuture.runAsync(() -> removeOne(part), threads))
              .toList();
      CompletableFuture.allOf(removals.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Failure failure) {
        throw failure.reason;
      }
      throw e;
    }
  }

  private static void removeOne(UnixPath path) {
    try (Dir dir = Dir.open(parent(path))) {
      dir.removeTree(path.rawNames().getLast());
    } catch (LinuxException e) {
      throw new Failure(e);
    }
  }

  /** Carries what went wrong out of another thread. */
  private static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final LinuxException reason;

    private Failure(LinuxException reason) {
      super(reason);
      this.reason = reason;
    }
  }
}
