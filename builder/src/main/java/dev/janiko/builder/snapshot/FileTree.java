package dev.janiko.builder.snapshot;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Ledger;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.Timestamp;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.ExcludedPaths;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a whole tree at a moment. Immutable.
 *
 * <p>Two trees of the same root tell what changed between them, without a look at contents:
 * whatever is done to an inode moves its ctime, which nobody can set. Sockets and excluded paths
 * are not in a tree.
 */
public final class FileTree {
  private static final int MAX_WAIT_MILLIS = 100;

  private final Node root;
  private final int size;

  private FileTree(Node root, int size) {
    this.root = root;
    this.size = size;
  }

  /**
   * A name in the tree.
   *
   * @param name raw; empty for the root
   * @param stat its metadata
   * @param children of a directory, sorted by name
   */
  record Node(String name, Stat stat, List<Node> children) {}

  /** Walks a tree, nothing left out. */
  public static FileTree walk(Path root) throws IOException {
    return walk(root, ExcludedPaths.none());
  }

  /**
   * Walks a tree on all processors.
   *
   * <p>Comes back when the clock of the file system has moved on from the newest change it saw, so
   * that a change after the walk is never taken for one before. Nothing may write meanwhile.
   *
   * @param excluded paths from the root that are left out with all below them
   */
  public static FileTree walk(Path root, ExcludedPaths excluded) throws IOException {
    return walk(root, excluded, null);
  }

  /**
   * The same of a tree whose owners are partly on the side.
   *
   * @param ledger holds them; null if there is none
   */
  public static FileTree walk(Path root, ExcludedPaths excluded, @Nullable Ledger ledger)
      throws IOException {
    requireNonNull(excluded, "excluded is null");
    TreeWalk walk = new TreeWalk(excluded, ledger);
    FileTree tree = new FileTree(walk.walk(requireNonNull(root, "root is null")), walk.size());
    awaitTick(walk.newest());
    return tree;
  }

  private static void awaitTick(Timestamp newest) throws IOException {
    try {
      // A ctime from the future was made by a clock set back since; waiting for it is no use.
      for (int i = 0; i < MAX_WAIT_MILLIS && Timestamp.coarseNow().compareTo(newest) <= 0; i++) {
        Thread.sleep(1);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while taking a snapshot");
    }
  }

  /** How many names are in it, the root not counted. */
  public int size() {
    return size;
  }

  /** What was at a path, links not followed. */
  public Optional<Stat> find(UnixPath path) {
    Node at = root;
    for (String name : path.rawNames()) {
      Node next = child(at, name);
      if (next == null) {
        return Optional.empty();
      }
      at = next;
    }
    return Optional.of(at.stat);
  }

  private static @Nullable Node child(Node at, String name) {
    int low = 0;
    int high = at.children.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Node node = at.children.get(middle);
      int order = node.name.compareTo(name);
      if (order == 0) {
        return node;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  /** What turned this tree into a later one of the same root. */
  public Changes changesTo(FileTree later) {
    return changesTo(later, Set.of());
  }

  /**
   * What turned this tree into a later one of the same root.
   *
   * @param moved inodes whose ctime was moved by something that is no change
   */
  public Changes changesTo(FileTree later, Set<Stat.Identity> moved) {
    ChangeCollector changes = new ChangeCollector();
    changes.enter("", later.root.stat);
    new Comparison(moved).compare(root, later.root, "", changes);
    return changes.finish();
  }

  /** How two trees are compared. */
  private record Comparison(Set<Stat.Identity> moved) {
    void compare(Node before, Node after, String path, ChangeCollector changes) {
      int i = 0;
      int j = 0;
      while (i < before.children.size() || j < after.children.size()) {
        int order = order(before.children, i, after.children, j);
        if (order < 0) {
          changes.whiteout(join(path, before.children.get(i++).name));
        } else if (order > 0) {
          Node added = after.children.get(j++);
          added(added, join(path, added.name), changes);
        } else {
          Node old = before.children.get(i++);
          Node now = after.children.get(j++);
          altered(old, now, join(path, now.name), changes);
        }
      }
    }

    private static int order(List<Node> before, int i, List<Node> after, int j) {
      if (i == before.size()) {
        return 1;
      }
      return j == after.size() ? -1 : before.get(i).name.compareTo(after.get(j).name);
    }

    private static void added(Node node, String path, ChangeCollector changes) {
      if (!node.stat.isDirectory()) {
        changes.entry(path, node.stat);
        return;
      }
      changes.enter(path, node.stat);
      changes.changed();
      for (Node child : node.children) {
        added(child, join(path, child.name), changes);
      }
      changes.leave();
    }

    private void altered(Node old, Node now, String path, ChangeCollector changes) {
      if (!now.stat.isDirectory()) {
        if (!same(old.stat, now.stat)) {
          changes.entry(path, now.stat);
        }
      } else if (!old.stat.isDirectory()) {
        added(now, path, changes);
      } else {
        changes.enter(path, now.stat);
        if (!looksAlike(old.stat, now.stat)) {
          changes.changed();
        }
        compare(old, now, path, changes);
        changes.leave();
      }
    }

    /** The links of a file say nothing that its ctime does not. */
    private boolean same(Stat a, Stat b) {
      return (a.ctime().equals(b.ctime()) || moved.contains(a.identity()))
          && a.inode() == b.inode()
          && a.mtime().equals(b.mtime())
          && a.type() == b.type()
          && a.mode() == b.mode()
          && a.uid() == b.uid()
          && a.gid() == b.gid()
          && a.size() == b.size()
          && a.rdev() == b.rdev()
          && a.device() == b.device();
    }
  }

  /**
   * All that a layer says of a directory; what happened in it shows in what it holds. So that one
   * whose time was put back is no change, as it is none in an overlay.
   */
  private static boolean looksAlike(Stat a, Stat b) {
    return a.mode() == b.mode()
        && a.uid() == b.uid()
        && a.gid() == b.gid()
        && a.mtime().equals(b.mtime());
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }
}
