package dev.janiko.builder.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which layers a build uses, told to all others, so that none is taken away from under it.
 *
 * <p>A build marks a layer in its work folder, waits for those who are removing it at that moment,
 * and only then looks whether it is there. Who removes a layer says so first in its own work
 * folder, and only then looks for marks. So of two that meet at least one sees the other: either
 * the remover gives way, or the build finds the layer gone. Marks go with the work folder, and so
 * with a build that is killed. Safe for use by several threads and processes.
 */
final class LayerUse {
  private static final String OWN = "layers";
  private static final String USED = "used";
  private static final String REMOVING = "removing";
  private static final String REMOVED = "removed";

  private final Path builds;
  private final Path own;
  private final Runnable clearing;

  /**
   * Sets up the marks of a build.
   *
   * @param work its work folder, beside those of the others
   * @param clearing clears away what killed builds left
   */
  LayerUse(Path work, Runnable clearing) throws IOException {
    this.builds = requireNonNull(work.getParent(), "a work folder is in a store");
    this.own = work.resolve(OWN);
    this.clearing = clearing;
    for (String folder : List.of(USED, REMOVING, REMOVED)) {
      Files.createDirectories(own.resolve(folder));
    }
  }

  /** Marks a layer as used by this build, whether it is there or not. */
  void mark(String layer) throws IOException {
    create(own.resolve(USED).resolve(layer));
    try {
      while (isSaid(REMOVING, layer)) {
        clearing.run();
        Thread.sleep(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a layer's removal");
    }
  }

  private static void create(Path file) throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException expected) {
      // It says so already.
    }
  }

  /** Whether any build uses the layer now. */
  boolean isUsed(String layer) throws IOException {
    return isSaid(USED, layer);
  }

  private boolean isSaid(String what, String layer) throws IOException {
    try (Stream<Path> entries = Files.list(builds)) {
      return entries.anyMatch(
          build -> Files.exists(build.resolve(OWN).resolve(what).resolve(layer)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Takes a layer out of the store unless a build uses it; it is in the work folder then, and goes
   * with that.
   *
   * @return whether this has taken it
   */
  boolean remove(Path layer) throws IOException {
    String name = String.valueOf(layer.getFileName());
    Path said = own.resolve(REMOVING).resolve(name);
    create(said);
    try {
      if (isUsed(name)) {
        return false;
      }
      Files.move(layer, own.resolve(REMOVED).resolve(name), StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (NoSuchFileException gone) {
      return false;
    } finally {
      Files.deleteIfExists(said);
    }
  }
}
