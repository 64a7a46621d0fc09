package dev.janiko.builder.plan;

import dev.janiko.dockerfile.Dockerfile;
import dev.janiko.dockerfile.Instruction;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The stages to build, in the order of the file, the last of them the target.
 *
 * @param dockerfile what was planned
 * @param stages the stages that the target needs, and the target
 * @param epoch the time that {@code SOURCE_DATE_EPOCH} gives the image and its history
 * @param globalArgs the arguments declared before the first stage, with the built-in ones, in
 *     effect for {@code ARG} without a default in a stage
 */
public record BuildPlan(
    Dockerfile dockerfile,
    List<PlannedStage> stages,
    Optional<Instant> epoch,
    Map<String, String> globalArgs) {
  /** Makes the collections immutable. */
  public BuildPlan {
    stages = List.copyOf(stages);
    globalArgs = Map.copyOf(globalArgs);
  }

  /** The stage whose image is the result. */
  public PlannedStage target() {
    return stages.getLast();
  }

  /**
   * Where an instruction of a planned stage copies from.
   *
   * @throws dev.janiko.builder.failure.BuildException if {@code --from} names nothing usable
   */
  public CopySource copySource(PlannedStage stage, Instruction.Copy copy) {
    return new StageNames(dockerfile).copySource(stage.index(), copy);
  }
}
