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
 */
public record PlanOptions(
    Optional<String> target,
    Map<String, String> buildArgs,
    Platform targetPlatform,
    Platform buildPlatform) {
  /** Makes the map immutable. */
  public PlanOptions {
    buildArgs = Map.copyOf(buildArgs);
  }
}
