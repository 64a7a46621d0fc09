package dev.janiko.builder.plan;

import dev.janiko.registry.image.Platform;
import java.util.Map;
import java.util.Optional;

/**
 * What a plan depends on besides the Dockerfile.
 *
 * @param target the stage asked for, by name (case does not matter) or by index, or none for the
 *     last
 * @param buildArgs {@code --build-arg} values by name
 * @param targetPlatform the platform of the image
 * @param buildPlatform the platform that this runs on
 * @param sources what names stand for instead of stages and images
 */
public record PlanOptions(
    Optional<String> target,
    Map<String, String> buildArgs,
    Platform targetPlatform,
    Platform buildPlatform,
    Map<String, NamedSource> sources) {
  /** Makes the maps immutable. */
  public PlanOptions {
    buildArgs = Map.copyOf(buildArgs);
    sources = Map.copyOf(sources);
  }

  /** Without names of their own. */
  public PlanOptions(
      Optional<String> target,
      Map<String, String> buildArgs,
      Platform targetPlatform,
      Platform buildPlatform) {
    this(target, buildArgs, targetPlatform, buildPlatform, Map.of());
  }
}
