package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.DirEntry;
import dev.janiko.builder.linux.Ledger;
import dev.janiko.builder.linux.LockFile;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.TreeRemoval;
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

  private static final String ORIGINAL = "original";
  private static final String ORIGINAL_IN_PARTS = "original-in-parts";
  private static final String GIVEN_UP = "given-up";
  private static final String LOCK = "lock";
  private static final int SHARED_MODE = 0755;

  private final Path root;
  private final KeptPaths kept;
  private final Path aside;
  private final LockFile lock;
  private final @Nullable Ledger ledger;
  private final List<String> shared;

  private InPlaceRoot(Path root, KeptPaths kept, Place place) {
    this.root = root;
    this.kept = kept;
    this.aside = place.aside();
    this.lock = place.lock();
    this.ledger = place.ledger();
    this.shared = List.copyOf(place.shared());
  }

  /**
   * Where things are put aside, who holds it, and what root alone could set there.
   *
   * @param shared directories of others that stay, open to all
   */
  private record Place(Path aside, LockFile lock, @Nullable Ledger ledger, List<String> shared) {}

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
    return new InPlaceRoot(root, new KeptPaths(all), new Place(aside, lock, null, List.of()));
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
    release();
  }

  /** Leaves in the root what is there now; what {@link #empty} took out of it goes. */
  void leave() throws IOException {
    // Under another name at once, so that nobody brings back what is half gone.
    Files.move(aside.resolve(ORIGINAL), aside.resolve(GIVEN_UP));
    removeOthers();
    release();
  }

  private void release() throws IOException {
    Files.deleteIfExists(aside.resolve(LOCK));
    Files.deleteIfExists(aside);
    lock.close();
  }

  private void removeOthers() throws IOException {
    try (Dir held = open(aside)) {
      for (String name : held.names()) {
        if (!name.equals(LOCK)) {
          held.removeTree(name);
        }
      }
    }
  }

  /**
   * Has directories that cannot be removed shown as if root had just made them: an image need not
   * have them, and what it makes there must not reveal that they were open to all.
   */
  void showShared() throws IOException {
    try (Dir held = open(root)) {
      for (String name : shared) {
        try (Dir directory = held.openDir(name)) {
          directory.chmod(SHARED_MODE);
          directory.chown(0, 0);
        }
      }
    }
  }

  /** Where things are put aside. */
  Path aside() {
    return aside;
  }

  /** A new folder aside, of any name. */
  Path newFolder() throws IOException {
    return Files.createTempDirectory(aside, "step-");
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
    return new InPlaceRoot(root, kept.and(closed, open), new Place(aside, lock, book, open));
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
  private void bringBack(Path folder) throws IOException {
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
    UnixPath top = UnixPath.of(root.toString());
    try (Dir held = Dir.open(root)) {
      for (String name : held.names()) {
        UnixPath path = UnixPath.ofRaw(name);
        if (kept.stays(path)) {
          continue;
        }
        if (kept.holdsSome(path)) {
          clear(held, name, path);
        } else {
          TreeRemoval.remove(top.resolve(path));
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
    TreeRemoval.remove(folder);
  }
}
