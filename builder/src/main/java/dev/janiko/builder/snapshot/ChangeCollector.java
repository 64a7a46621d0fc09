package dev.janiko.builder.snapshot;

import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Gathers changes in walk order and adds the directories above them, once each.
 *
 * <p>The walker enters and leaves directories; one that turns out to have nothing changed in it
 * leaves no trace.
 */
final class ChangeCollector {
  private final List<Change> changes = new ArrayList<>();

  /** Directories on the way to the current place that are not among the changes yet. */
  private final Deque<Change.Entry> above = new ArrayDeque<>();

  /** Goes into a directory that is itself unchanged as far as is known. */
  void enter(String path, Stat stat) {
    above.addLast(new Change.Entry(UnixPath.ofRaw(path), stat));
  }

  /** Goes back out of the directory entered last. */
  void leave() {
    above.pollLast();
  }

  void entry(String path, Stat stat) {
    add(new Change.Entry(UnixPath.ofRaw(path), stat));
  }

  void whiteout(String path) {
    add(new Change.Whiteout(UnixPath.ofRaw(path)));
  }

  void opaque(String path) {
    add(new Change.OpaqueDirectory(UnixPath.ofRaw(path)));
  }

  /** Whether the directory entered last, or anything in it, has been added. */
  private void add(Change change) {
    // What was entered before is written once; leaving it then finds nothing to take back.
    int pending = above.size();
    for (int i = 0; i < pending; i++) {
      Change.Entry directory = above.removeFirst();
      if (!(directory instanceof Change.Entry(UnixPath path, Stat _) && path.raw().isEmpty())) {
        changes.add(directory);
      }
    }
    changes.add(change);
  }

  Changes finish() {
    return new Changes(changes);
  }
}
