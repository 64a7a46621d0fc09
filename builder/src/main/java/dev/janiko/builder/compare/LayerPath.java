package dev.janiko.builder.compare;

import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.tar.TarException;
import java.util.List;

/** Paths of layers: raw bytes one per char, without slashes at their ends; empty for the root. */
final class LayerPath {
  private LayerPath() {}

  /**
   * A name of an archive as a path.
   *
   * @throws TarException if it leads out of the root
   */
  static String clean(String name) throws TarException {
    List<String> names = UnixPath.ofRaw(name).rawNames();
    if (names.contains("..")) {
      throw new TarException("a path of the layer leads out of it: " + readable(name));
    }
    return String.join("/", names);
  }

  /** The last name of a path; empty for the root. */
  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The path above; empty for names in the root, and for the root itself. */
  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  /** A name in a directory. */
  static String join(String directory, String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  /** A path for people: absolute, decoded as UTF-8 as far as it is that. */
  static String shown(String path) {
    return "/" + readable(path);
  }

  /** Raw bytes for people. */
  static String readable(String raw) {
    return UnixPath.ofRaw(raw).toString();
  }
}
