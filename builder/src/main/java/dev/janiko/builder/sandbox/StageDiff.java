package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Stat;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Where the changes of a step are found. */
public sealed interface StageDiff {
  /**
   * In a directory of their own.
   *
   * @param upper the upper directory of an overlay, with whiteouts in overlay's form
   * @param lowers the directories it lay over, topmost first
   */
  record OverlayDiff(Path upper, List<Path> lowers) implements StageDiff {
    /** Copies the list. */
    public OverlayDiff {
      lowers = List.copyOf(lowers);
    }
  }

  /** Nowhere: there are none. */
  record Unchanged() implements StageDiff {}

  /**
   * In the root itself: they show by comparing it with how it was.
   *
   * @param moved what was moved away and back meanwhile, or held something for a while: only the
   *     time of its last change tells of that, and not of what a command did
   */
  record WalkDiff(Set<Stat.Identity> moved) implements StageDiff {
    /** Copies the set. */
    public WalkDiff {
      moved = Set.copyOf(moved);
    }
  }
}
