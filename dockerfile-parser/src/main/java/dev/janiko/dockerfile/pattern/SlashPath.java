package dev.janiko.dockerfile.pattern;

import java.util.ArrayList;
import java.util.List;

/** Slash-separated paths as text, cleaned the way Go cleans them. */
public final class SlashPath {
  private SlashPath() {}

  /**
   * The shortest path that means the same: no {@code .}, no {@code //}, {@code ..} taken with the
   * name before it, no slash at the end. The empty path becomes {@code .}.
   */
  public static String clean(String path) {
    boolean rooted = path.startsWith("/");
    List<String> names = new ArrayList<>();
    for (String name : path.split("/", -1)) {
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      boolean up = name.equals("..");
      if (up && !names.isEmpty() && !names.getLast().equals("..")) {
        names.removeLast();
      } else if (!up || !rooted) {
        names.add(name);
      }
    }
    String joined = (rooted ? "/" : "") + String.join("/", names);
    return joined.isEmpty() ? "." : joined;
  }

  /** All but the last name of the path, cleaned; {@code .} if there is no more than one. */
  static String parent(String path) {
    return clean(path.substring(0, path.lastIndexOf('/') + 1));
  }
}
