package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.LockFile;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The root directory of a container, emptied for one stage after the other.
 *
 * <p>What was there is moved aside, by renaming, and put back at the end. Kept are the builder's
 * own folder, everything mounted, and paths the caller names: they can neither be moved nor belong
 * to the image.
 */
final class InPlaceRoot {
  private static final List<UnixPath> SYSTEM =
      List.of(UnixPath.of("/proc"), UnixPath.of("/sys"), UnixPath.of("/dev"));

  private static final String ORIGINAL = "original";
  private static final String ORIGINAL_IN_PARTS = "original-in-parts";
  private static final String LOCK = "lock";

  private final Path root;
  private final KeptPaths kept;
  private final Path aside;
  private final LockFile lock;

  private InPlaceRoot(Path root, KeptPaths kept, Path aside, LockFile lock) {
    this.root = root;
    this.kept = kept;
    this.aside = aside;
    this.lock = lock;
  }

  /**
   * Takes hold of a root.
   *
   * @param root the root, {@code /} but in tests
   * @param aside a folder on the root's own file system for what is moved aside
   * @param keptPaths absolute paths, as seen in the root, to keep beside mount points
   * @param mountInfo what /proc/self/mountinfo holds
   */
  static InPlaceRoot of(Path root, Path aside, List<UnixPath> keptPaths, byte[] mountInfo)
      throws IOException {
    List<UnixPath> all = new ArrayList<>(keptPaths);
    all.addAll(SYSTEM);
    all.addAll(KeptPaths.mountPoints(mountInfo));
    all.add(UnixPath.of("/" + root.relativize(aside)));
    Files.createDirectories(aside);
    LockFile lock = LockFile.open(aside.resolve(LOCK));
    if (!lock.tryExclusive()) {
      lock.close();
      throw new SandboxException(
          "another build uses up this container's file system; run one after the other, or each in"
              + " a container of its own");
    }
    return new InPlaceRoot(root, new KeptPaths(all), aside, lock);
  }

  /**
   * Empties the root for the first stage. What a build that was killed has left is put right
   * before: the container's own files come back, its stage's go.
   */
  void empty() throws IOException {
    if (Files.exists(aside.resolve(ORIGINAL))) {
      clear();
      Files.move(aside.resolve(ORIGINAL), aside.resolve(ORIGINAL_IN_PARTS));
    }
    if (Files.exists(aside.resolve(ORIGINAL_IN_PARTS))) {
      bringBack(aside.resolve(ORIGINAL_IN_PARTS));
    }
    removeOthers();
    Files.move(moveAside(ORIGINAL_IN_PARTS), aside.resolve(ORIGINAL));
  }

  /** Puts back what {@link #empty} took out of the root, and removes all others made since. */
  void restore() throws IOException {
    if (!Files.exists(aside)) {
      return;
    }
    if (Files.exists(aside.resolve(ORIGINAL))) {
      clear();
      Path parts = Files.move(aside.resolve(ORIGINAL), aside.resolve(ORIGINAL_IN_PARTS));
      bringBack(parts);
    }
    removeOthers();
    Files.deleteIfExists(aside.resolve(LOCK));
    Files.deleteIfExists(aside);
    lock.close();
  }

  private void removeOthers() throws IOException {
    try (Dir held = Dir.open(aside)) {
      for (String name : held.names()) {
        if (!name.equals(LOCK)) {
          held.removeTree(name);
        }
      }
    }
  }

  /** A new folder aside, of any name. */
  Path newFolder() throws IOException {
    return Files.createTempDirectory(aside, "step-");
  }

  Path path() {
    return root;
  }

  KeptPaths kept() {
    return kept;
  }

  /** Moves what is in the root into a folder of this name aside, which it returns. */
  Path moveAside(String name) throws IOException {
    Path folder = Files.createDirectory(aside.resolve(name));
    try (Dir from = Dir.open(root);
        Dir to = Dir.open(folder)) {
      Stat before = from.stat();
      Moves.contents(from, to, kept);
      to.setAttributes(before);
    }
    return folder;
  }

  /** Moves what is in a folder aside into the root, which must be empty but for what is kept. */
  private void bringBack(Path folder) throws IOException {
    try (Dir from = Dir.open(folder);
        Dir to = Dir.open(root)) {
      Stat before = from.stat();
      Moves.contents(from, to, KeptPaths.NONE);
      to.setAttributes(before);
    }
    remove(folder);
  }

  /** Removes what is in the root. */
  void clear() throws IOException {
    try (Dir held = Dir.open(root)) {
      for (String name : held.names()) {
        held.removeTree(name, kept::stays);
      }
    }
  }

  /** Removes a folder aside. */
  void remove(Path folder) throws IOException {
    try (Dir parent = Dir.open(aside)) {
      parent.removeTree(UnixPath.of(aside.relativize(folder).toString()).raw());
    }
  }
}
