package dev.janiko.builder.plan;

import dev.janiko.dockerfile.Stage;
import dev.janiko.registry.image.Platform;
import java.util.Set;

/**
 * A stage that will be built.
 *
 * @param index its position in the file, from 0
 * @param name what it is called in messages: its name, or {@code stage-N}
 * @param syntax its instructions
 * @param base what it starts from
 * @param needs the earlier stages that must be finished for it
 * @param platform the platform that it is for, if its base does not say otherwise
 */
public record PlannedStage(
    int index, String name, Stage syntax, StageBase base, Set<Integer> needs, Platform platform) {
  /** Makes the set of needs immutable. */
  public PlannedStage {
    needs = Set.copyOf(needs);
  }
}
