package dev.janiko.builder.context;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the context and the Dockerfile are.
 *
 * @param place where the context's files are
 * @param subPath a folder there to use instead of all of them
 * @param dockerfile the Dockerfile, or none for {@code Dockerfile} (else {@code dockerfile}) in the
 *     context
 * @param named what names in the Dockerfile stand for instead of stages and images
 */
public record ContextSpec(
    ContextPlace place,
    Optional<Path> subPath,
    Optional<DockerfilePlace> dockerfile,
    Map<String, NamedContext> named) {
  /** Checks the parts. */
  public ContextSpec {
    requireNonNull(place, "place is null");
    requireNonNull(subPath, "subPath is null");
    requireNonNull(dockerfile, "dockerfile is null");
    named = Map.copyOf(named);
  }

  /** A folder here, with a Dockerfile that is a file. */
  public ContextSpec(Path folder, Optional<Path> dockerfile) {
    this(
        new ContextPlace.Folder(folder),
        Optional.empty(),
        dockerfile.map(DockerfilePlace.File::new),
        Map.of());
  }
}
