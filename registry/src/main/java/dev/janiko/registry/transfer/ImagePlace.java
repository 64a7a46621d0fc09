package dev.janiko.registry.transfer;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.reference.ImageReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where an image is, or shall be. */
public sealed interface ImagePlace {
  /**
   * A registry.
   *
   * @param reference the image's name
   */
  record Remote(ImageReference reference) implements ImagePlace {
    /** Checks the part. */
    public Remote {
      requireNonNull(reference, "reference is null");
    }

    @Override
    public String toString() {
      return reference.toString();
    }
  }

  /**
   * An OCI layout.
   *
   * @param folder the layout
   * @param name the image's name in it, or empty
   */
  record Layout(Path folder, String name) implements ImagePlace {
    /** Checks the parts. */
    public Layout {
      requireNonNull(folder, "folder is null");
      requireNonNull(name, "name is null");
    }

    @Override
    public String toString() {
      return "oci:" + folder + (name.isEmpty() ? "" : ":" + name);
    }
  }

  /**
   * A docker archive.
   *
   * @param file the archive
   * @param name the image's name in it, or empty
   */
  record Archive(Path file, String name) implements ImagePlace {
    /** Checks the parts. */
    public Archive {
      requireNonNull(file, "file is null");
      requireNonNull(name, "name is null");
    }

    @Override
    public String toString() {
      return "docker-archive:" + file + (name.isEmpty() ? "" : ":" + name);
    }
  }

  /**
   * Parses {@code [docker://]REFERENCE}, {@code oci:FOLDER[:NAME]}, {@code
   * docker-archive:FILE[:NAME]}, or a path that begins with {@code /}, {@code ./} or {@code ../}: a
   * file is an archive, a folder a layout.
   *
   * @throws IllegalArgumentException if it is malformed
   */
  static ImagePlace parse(String text) {
    if (text.startsWith("docker://")) {
      return new Remote(ImageReference.parse(text.substring("docker://".length())));
    }
    for (String scheme : List.of("oci:", "docker-archive:")) {
      if (text.startsWith(scheme)) {
        String rest = text.substring(scheme.length());
        int colon = rest.indexOf(':');
        String path = colon < 0 ? rest : rest.substring(0, colon);
        String name = colon < 0 ? "" : rest.substring(colon + 1);
        if (path.isEmpty()) {
          throw new IllegalArgumentException(text + " names no file");
        }
        return scheme.equals("oci:")
            ? new Layout(Path.of(path), name)
            : new Archive(Path.of(path), name);
      }
    }
    if (text.startsWith("/") || text.startsWith("./") || text.startsWith("../")) {
      return local(Path.of(text));
    }
    return new Remote(ImageReference.parse(text));
  }

  /** The archive or layout of a path: what is no file, and is not named like one, is a layout. */
  static ImagePlace local(Path path) {
    String name = String.valueOf(path.getFileName());
    boolean archive =
        Files.exists(path)
            ? Files.isRegularFile(path)
            : name.endsWith(".tar") || name.endsWith(".tar.gz") || name.endsWith(".tgz");
    return archive ? new Archive(path, "") : new Layout(path, "");
  }
}
