package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.ExcludedPaths;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Paths of the machine's root that an in-place build must not touch, with all below them. */
final class KeptPaths implements ExcludedPaths {
  /** Keeps nothing. */
  static final KeptPaths NONE = new KeptPaths(List.of());

  private static final int MOUNT_POINT_FIELD = 4;

  /** No name that a file can have. */
  private static final String NO_NAME = "\0";

  /** Relative to the root, raw, without duplicates. */
  private final TreeSet<String> paths = new TreeSet<>();

  KeptPaths(Collection<UnixPath> absolute) {
    for (UnixPath path : absolute) {
      String relative = String.join("/", path.rawNames());
      if (!relative.isEmpty()) {
        paths.add(relative);
      }
    }
  }

  /**
   * The same and more.
   *
   * @param whole stay with all below them
   * @param directories stay, though what is in them does not
   */
  KeptPaths and(Collection<String> whole, Collection<String> directories) {
    KeptPaths all = new KeptPaths(List.of());
    all.paths.addAll(paths);
    all.paths.addAll(whole);
    directories.forEach(directory -> all.paths.add(directory + "/" + NO_NAME));
    return all;
  }

  /** Whether a path, relative to the root, stays with all below it. */
  boolean stays(UnixPath path) {
    String raw = path.raw();
    String beginning = beginning(raw);
    String first = paths.ceiling(beginning);
    // Most paths of an image begin as none of these does.
    if (first == null || !first.startsWith(beginning)) {
      return false;
    }
    for (int end = raw.indexOf('/'); end >= 0; end = raw.indexOf('/', end + 1)) {
      if (paths.contains(raw.substring(0, end))) {
        return true;
      }
    }
    return paths.contains(raw);
  }

  @Override
  public boolean test(UnixPath path) {
    return stays(path);
  }

  @Override
  public boolean mayBeBelow(UnixPath directory) {
    return directory.raw().isEmpty() ? !paths.isEmpty() : stays(directory) || holdsSome(directory);
  }

  private static String beginning(String raw) {
    int end = raw.indexOf('/');
    return end < 0 ? raw : raw.substring(0, end);
  }

  /** Whether something below a path stays. */
  boolean holdsSome(UnixPath path) {
    String prefix = path.raw() + "/";
    String next = paths.ceiling(prefix);
    return next != null && next.startsWith(prefix);
  }

  /** The mount points that /proc/self/mountinfo lists, but for the root itself. */
  static List<UnixPath> mountPoints(byte[] mountInfo) {
    List<UnixPath> points = new ArrayList<>();
    for (String line : new String(mountInfo, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      if (fields.length > MOUNT_POINT_FIELD && !fields[MOUNT_POINT_FIELD].equals("/")) {
        points.add(UnixPath.ofRaw(unescaped(fields[MOUNT_POINT_FIELD])));
      }
    }
    return points;
  }

  /** The kernel writes white space and backslashes as three octal digits. */
  private static String unescaped(String field) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '\\' && i + 3 < field.length()) {
        text.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }
}
