package dev.janiko.builder.plan;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.Digest;
import dev.janiko.registry.reference.ImageReference;
import java.nio.file.Path;
import java.util.Optional;

/** What a name given with {@code --build-context} stands for, instead of a stage or an image. */
public sealed interface NamedSource {
  /**
   * Files to copy from.
   *
   * @param folder where they are
   */
  record Folder(Path folder) implements NamedSource {}

  /**
   * An image of a registry.
   *
   * @param reference its name
   */
  record Image(ImageReference reference) implements NamedSource {}

  /**
   * An image in an OCI layout.
   *
   * @param folder the layout
   * @param name its name there; the only one there if empty
   * @param digest the digest of its manifest or index
   */
  record Layout(Path folder, Optional<String> name, Optional<Digest> digest)
      implements NamedSource {
    /** Checks the parts. */
    public Layout {
      requireNonNull(folder, "folder is null");
    }
  }
}
