package dev.janiko.builder.snapshot;

import dev.janiko.builder.linux.UnixPath;
import java.util.Comparator;
import java.util.List;

/**
 * All that a step changed, in the order of a layer: every directory before what is in it, names in
 * the order of their bytes, and the directories above every change among them.
 *
 * @param all the changes, each path once (an opaque directory twice: its entry, then its mark)
 */
public record Changes(List<Change> all) {

  /** Nothing changed. */
  public static final Changes NONE = new Changes(List.of());

  /**
   * The order of a walk: as bytes, but a directory's content comes right after it, so the slash is
   * before all other bytes.
   */
  public static final Comparator<UnixPath> WALK_ORDER = (a, b) -> compare(a.raw(), b.raw());

  /** Keeps the list. */
  public Changes {
    all = List.copyOf(all);
  }

  /** Whether nothing changed. */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  private static int compare(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        return Integer.compare(x == '/' ? 0 : x, y == '/' ? 0 : y);
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
