package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.DirEntry;
import dev.janiko.builder.linux.Ledger;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  private final Path root;
  private final KeptPaths kept;
  private final Path aside;
  private final @Nullable Ledger ledger;

  private InPlaceRoot(Path root, KeptPaths kept, Path aside, @Nullable Ledger ledger) {
    this.root = root;
    this.kept = kept;
    this.aside = aside;
    this.ledger = ledger;
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
    return new InPlaceRoot(root, new KeptPaths(all), aside, null);
  }

  /**
   * The same root for an ordinary user, to whom it is open.
   *
   * @param book holds what root alone could set
   */
  InPlaceRoot recordedIn(Ledger book) throws IOException {
    List<String> closed = new ArrayList<>();
    List<String> open = new ArrayList<>();
    try (Dir dir = Dir.open(root)) {
      for (DirEntry entry : dir.entries()) {
        UnixPath name = UnixPath.ofRaw(entry.name());
        if (book.isOurs(entry.stat()) || kept.stays(name)) {
          continue;
        }
        // What is another's cannot be moved out of a sticky directory.
        boolean isOpen =
            entry.stat().isDirectory() && Files.isWritable(root.resolve(name.toString()));
        (isOpen ? open : closed).add(entry.name());
      }
    }
    return new InPlaceRoot(root, kept.and(closed, open), aside, book);
  }

  /** Holds what root alone could set; null if this process can. */
  @Nullable Ledger ledger() {
    return ledger;
  }

  private Dir open(Path folder) throws IOException {
    return Dir.open(UnixPath.of(folder.toString()), ledger);
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
    try (Dir from = open(root);
        Dir to = open(folder)) {
      Stat before = from.stat();
      Moves.contents(from, to, kept);
      to.setAttributes(before);
    }
    return folder;
  }

  /** Moves what is in a folder aside into the root, which must be empty but for what is kept. */
  void bringBack(Path folder) throws IOException {
    try (Dir from = open(folder);
        Dir to = open(root)) {
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
        UnixPath path = UnixPath.ofRaw(name);
        if (!kept.holdsSome(path)) {
          held.removeTree(name, kept::stays);
        } else if (!kept.stays(path)) {
          clear(held, name, path);
        }
      }
    }
  }

  /** Removes what is in a directory that stays itself. */
  private void clear(Dir parent, String name, UnixPath path) throws IOException {
    try (Dir dir = parent.openDir(name)) {
      for (String child : dir.names()) {
        dir.removeTree(child, below -> kept.stays(path.resolve(below)));
      }
    }
  }

  /** Removes a folder aside. */
  void remove(Path folder) throws IOException {
    try (Dir parent = Dir.open(aside)) {
      parent.removeTree(UnixPath.of(aside.relativize(folder).toString()).raw());
    }
  }

  /** Removes the folder for what is aside, if nothing is. */
  void finish() throws IOException {
    Files.deleteIfExists(aside);
  }
}
