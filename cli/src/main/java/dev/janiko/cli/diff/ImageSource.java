package dev.janiko.cli.diff;

import dev.janiko.cli.invocation.UsageException;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where an image is that a command line names. */
sealed interface ImageSource {
  /** In a registry. */
  record Registry(ImageReference reference) implements ImageSource {}

  /** In an OCI layout; the name is empty if the layout has only one image. */
  record Layout(Path folder, String name) implements ImageSource {}

  /** In a docker archive. */
  record Archive(Path file) implements ImageSource {}

  /** In a Docker engine, under a name or an id. */
  record Engine(String name) implements ImageSource {}

  /**
   * Reads {@code oci:FOLDER[:NAME]}, {@code docker-archive:FILE}, {@code docker:IMAGE} or a
   * registry's reference.
   *
   * @throws UsageException if it is none of them
   */
  static ImageSource parse(String text) {
    try {
      if (text.startsWith("oci:")) {
        String rest = text.substring("oci:".length());
        int colon = rest.lastIndexOf(':');
        return colon > rest.lastIndexOf('/')
            ? new Layout(Path.of(rest.substring(0, colon)), rest.substring(colon + 1))
            : new Layout(Path.of(rest), "");
      }
      if (text.startsWith("docker-archive:")) {
        return new Archive(Path.of(text.substring("docker-archive:".length())));
      }
      if (text.startsWith("docker://")) {
        return new Registry(ImageReference.parse(text.substring("docker://".length())));
      }
      if (text.startsWith("docker:")) {
        return new Engine(text.substring("docker:".length()));
      }
      return new Registry(ImageReference.parse(text));
    } catch (InvalidPathException e) {
      throw new UsageException(text + " is not a path: " + e.getReason());
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          text
              + " is no image: give a registry's reference, oci:FOLDER[:NAME],"
              + " docker-archive:FILE or docker:IMAGE ("
              + e.getMessage()
              + ")");
    }
  }

  /**
   * Reads a platform.
   *
   * @throws UsageException if it is none
   */
  static Platform platform(String text) {
    try {
      return Platform.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--platform: " + e.getMessage());
    }
  }
}
