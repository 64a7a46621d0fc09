package dev.janiko.builder.snapshot;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.FileType;
import dev.janiko.builder.linux.Ledger;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.Timestamp;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.ExcludedPaths;
import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One walk over a tree, a task for each directory. */
final class TreeWalk {
  private final ExcludedPaths excluded;
  private final @Nullable Ledger ledger;
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicReference<Timestamp> newest = new AtomicReference<>(Timestamp.EPOCH);

  TreeWalk(ExcludedPaths excluded, @Nullable Ledger ledger) {
    this.excluded = excluded;
    this.ledger = ledger;
  }

  int size() {
    return size.get();
  }

  Timestamp newest() {
    return newest.get();
  }

  FileTree.Node walk(Path root) throws IOException {
    try (ForkJoinPool pool = new ForkJoinPool(Runtime.getRuntime().availableProcessors());
        Dir dir = Dir.open(UnixPath.of(root.toAbsolutePath().toString()), ledger)) {
      Stat stat = dir.stat();
      raise(stat.ctime());
      List<FileTree.Node> children = pool.invoke(new Task(dir, ""));
      return new FileTree.Node("", stat, children);
    } catch (UncheckedIOException failure) {
      throw new IOException(failure.getMessage(), failure.getCause());
    }
  }

  private void raise(Timestamp ctime) {
    if (ctime.compareTo(newest.get()) > 0) {
      newest.accumulateAndGet(ctime, (a, b) -> a.compareTo(b) > 0 ? a : b);
    }
  }

  /** A directory that is listed while others are. */
  private record Pending(int index, String name, Stat stat, Task task) {}

  /** Lists one directory, whose descriptor its parent holds open until all below is done. */
  private final class Task extends RecursiveTask<List<FileTree.Node>> {
    @Serial private static final long serialVersionUID = 1;

    private final transient Dir parent;
    private final String name;
    private final String path;

    private Task(Dir root, String path) {
      this(root, "", path);
    }

    private Task(Dir parent, String name, String path) {
      this.parent = parent;
      this.name = name;
      this.path = path;
    }

    @Override
    protected List<FileTree.Node> compute() {
      try (Dir dir = name.isEmpty() ? parent.duplicate() : parent.openDir(name)) {
        return list(dir);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure.getMessage(), failure);
      }
    }

    private List<FileTree.Node> list(Dir dir) throws IOException {
      List<String> names = dir.names();
      Collections.sort(names);
      List<FileTree.Node> nodes = new ArrayList<>(names.size());
      List<Pending> directories = new ArrayList<>();
      Timestamp latest = Timestamp.EPOCH;
      boolean asked = excluded.mayBeBelow(UnixPath.ofRaw(path));
      for (String child : names) {
        if (asked && excluded.test(UnixPath.ofRaw(below(child)))) {
          continue;
        }
        // What vanishes meanwhile was never there.
        Stat stat = dir.find(child).orElse(null);
        if (stat == null || stat.type() == FileType.SOCKET) {
          continue;
        }
        if (stat.ctime().compareTo(latest) > 0) {
          latest = stat.ctime();
        }
        if (stat.isDirectory()) {
          Task task = new Task(dir, child, below(child));
          directories.add(new Pending(nodes.size(), child, stat, task));
        }
        nodes.add(new FileTree.Node(child, stat, List.of()));
      }
      raise(latest);
      size.addAndGet(nodes.size());
      invokeAll(directories.stream().map(Pending::task).toList());
      for (Pending pending : directories) {
        nodes.set(
            pending.index, new FileTree.Node(pending.name, pending.stat, pending.task.join()));
      }
      return nodes;
    }

    private String below(String child) {
      return path.isEmpty() ? child : path + "/" + child;
    }
  }
}
