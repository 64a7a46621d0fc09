package dev.janiko.dockerfile.check;

import static java.util.Objects.requireNonNull;

import dev.janiko.dockerfile.pattern.PatternMatcher;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What checks know beyond the Dockerfile.
 *
 * @param target the stage to build, by name or index; empty checks all stages
 * @param buildArgs the build arguments
 * @param ignored the patterns of {@code .dockerignore}
 * @param baseVariables the names of the variables an image sets, as far as known; variables are not
 *     called undefined on images that are not known
 */
public record CheckContext(
    Optional<String> target,
    Map<String, String> buildArgs,
    PatternMatcher ignored,
    Function<String, Optional<Set<String>>> baseVariables) {
  /** Copies the arguments. */
  public CheckContext {
    requireNonNull(target, "target is null");
    requireNonNull(ignored, "ignored is null");
    requireNonNull(baseVariables, "baseVariables is null");
    buildArgs = Map.copyOf(buildArgs);
  }
}
