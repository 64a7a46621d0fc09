package dev.janiko.builder.snapshot;

import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import java.util.ArrayList;
import java.util.List;

/**
 * Gathers changes in walk order and adds the directories above them, once each. The root itself is
 * never among them: layers do not describe it.
 */
final class ChangeCollector {
  private final List<Change> changes = new ArrayList<>();

  /** The directories from the root to the current place. */
  private final List<Change.Entry> way = new ArrayList<>();

  /** How many of them, from the root down, are among the changes. */
  private int written;

  /** Goes into a directory that is unchanged itself, or already added. */
  void enter(String path, Stat stat) {
    way.add(new Change.Entry(UnixPath.ofRaw(path), stat));
  }

  /** Goes back out of the directory entered last. */
  void leave() {
    way.removeLast();
    written = Math.min(written, way.size());
  }

  /** Adds the directory entered last, because it is changed itself. */
  void changed() {
    for (Change.Entry directory : way.subList(written, way.size())) {
      if (!directory.path().raw().isEmpty()) {
        changes.add(directory);
      }
    }
    written = way.size();
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

  private void add(Change change) {
    changed();
    changes.add(change);
  }

  Changes finish() {
    return new Changes(changes);
  }
}
