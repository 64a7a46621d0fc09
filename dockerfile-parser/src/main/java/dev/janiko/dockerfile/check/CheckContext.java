package dev.janiko.dockerfile.check;

import static java.util.Objects.requireNonNull;

import dev.janiko.dockerfile.pattern.PatternMatcher;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * What checks know beyond the Dockerfile.
 *
 * @param target the stage to build, by name or index; empty checks all stages
 * @param buildArgs the build arguments
 * @param ignored the patterns of {@code .dockerignore}
 * @param bases what is known of the image that a stage starts from, by the stage's index from 0;
 *     what depends on an image that is not known is not warned about
 */
public record CheckContext(
    Optional<String> target,
    Map<String, String> buildArgs,
    PatternMatcher ignored,
    IntFunction<Optional<BaseFacts>> bases) {
  /** Copies the arguments. */
  public CheckContext {
    requireNonNull(target, "target is null");
    requireNonNull(ignored, "ignored is null");
    requireNonNull(bases, "bases is null");
    buildArgs = Map.copyOf(buildArgs);
  }
}
