package dev.janiko.builder.context;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the context and the Dockerfile are.
 *
 * @param folder the context's folder
 * @param dockerfile the Dockerfile, or none for {@code Dockerfile} (else {@code dockerfile}) in the
 *     context; a relative path is looked for in the working directory first, then in the context
 */
public record ContextSpec(Path folder, Optional<Path> dockerfile) {
  /** Names a context. */
  public ContextSpec {
    requireNonNull(folder, "folder is null");
  }
}
