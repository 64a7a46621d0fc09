package dev.janiko.builder.rootfs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Raw paths relative to a root, in the one form that serves as a key: names parted by single
 * slashes, no {@code .} or {@code ..}, the root itself empty.
 */
final class RootPath {
  private RootPath() {}

  static String join(String parent, String name) {
    return parent.isEmpty() ? name : parent + "/" + name;
  }

  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Whether a path is another one or below it. */
  static boolean isWithin(String path, String top) {
    return top.isEmpty()
        || path.equals(top)
        || (path.startsWith(top) && path.charAt(top.length()) == '/');
  }

  /** Whether a path is in the form of this class and needs no further look at its names. */
  static boolean isClean(String path) {
    int length = path.length();
    int start = 0;
    for (int i = 0; i <= length; i++) {
      if (i == length || path.charAt(i) == '/') {
        int size = i - start;
        boolean dots =
            size > 0
                && size <= 2
                && path.charAt(start) == '.'
                && (size == 1 || path.charAt(start + 1) == '.');
        if (size == 0 || dots) {
          return length == 0;
        }
        start = i + 1;
      }
    }
    return true;
  }

  /**
   * The path with {@code .}, empty names and {@code name/..} taken out, by the letter.
   *
   * @return null if it climbs out of the root
   */
  static @Nullable String clean(String path) {
    String shorter = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    if (isClean(shorter)) {
      return shorter;
    }
    Deque<String> kept = new ArrayDeque<>();
    for (Iterator<String> names = names(path).iterator(); names.hasNext(); ) {
      String name = names.next();
      if (!name.equals("..")) {
        kept.addLast(name);
      } else if (kept.pollLast() == null) {
        return null;
      }
    }
    return String.join("/", kept);
  }

  /** The names of any path, without empty ones and {@code .}, with {@code ..}. */
  static Deque<String> names(String path) {
    Deque<String> names = new ArrayDeque<>();
    int start = 0;
    while (start <= path.length()) {
      int end = path.indexOf('/', start);
      if (end < 0) {
        end = path.length();
      }
      if (end > start && !(end == start + 1 && path.charAt(start) == '.')) {
        names.addLast(path.substring(start, end));
      }
      start = end + 1;
    }
    return names;
  }
}
