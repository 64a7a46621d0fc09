package dev.janiko.builder.step;

/** Paths of the image as instructions join them: relative ones go below the working directory. */
final class WorkingDirectory {
  private WorkingDirectory() {}

  /** Joins as WORKDIR does: an absolute path stays as it was written. None is the root. */
  static String join(String current, String path) {
    if (path.startsWith("/")) {
      return path;
    }
    String base = current.isEmpty() ? "/" : current;
    return clean(base + "/" + path);
  }

  /** A path without empty names, {@code .} and {@code ..}, as Go's path.Clean makes it. */
  static String clean(String path) {
    java.util.ArrayDeque<String> names = new java.util.ArrayDeque<>();
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        names.pollLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.addLast(name);
      }
    }
    return "/" + String.join("/", names);
  }
}
