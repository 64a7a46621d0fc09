package dev.janiko.builder.plan;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.dockerfile.Dockerfile;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.dockerfile.SourceRange;
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
 * @param names what the names of {@code --from} stand for
 */
public record BuildPlan(
    Dockerfile dockerfile,
    List<PlannedStage> stages,
    Optional<Instant> epoch,
    Map<String, String> globalArgs,
    Names names) {
  /** Makes the collections immutable. */
  public BuildPlan {
    stages = List.copyOf(stages);
    globalArgs = Map.copyOf(globalArgs);
  }

  /** What the names of {@code --from} and of mounts' {@code from} stand for. */
  public interface Names {
    /** Where an instruction of a stage copies from. */
    CopySource copySource(int stage, Instruction.Copy copy);

    /** Where a mount of a stage's instruction takes files from, if it names a stage or an image. */
    Optional<CopySource> mountSource(int stage, String mount, SourceRange range);

    /** The stage before a stage that may have been meant by a name that is none. */
    Optional<String> meant(int before, String name);

    /** What an instruction of a stage takes files from, the build context included. */
    List<CopySource> sources(int stage, Instruction instruction);
  }

  /** The stage whose image is the result. */
  public PlannedStage target() {
    return stages.getLast();
  }

  /**
   * Whether a stage's layers are part of an image: of the result, or of what another stage goes on
   * from. Of other stages only files are wanted.
   */
  public boolean hasLayers(PlannedStage stage) {
    return stage.equals(target())
        || stages.stream()
            .anyMatch(other ->
                other.base() instanceof StageBase.EarlierStage earlier
                    && earlier.index() == stage.index());
  }

  /**
   * A failure to get an image, pointing to the image's name and to the stage that may have been
   * meant by it. Other failures stay as they are.
   */
  public BuildException explained(BuildException failure) {
    if (failure.kind() != Kind.BASE_IMAGE || failure.location().isEmpty()) {
      return failure;
    }
    SourceRange range = failure.location().get();
    for (PlannedStage stage : stages) {
      Instruction.From from = stage.syntax().from();
      if (from.range().equals(range)) {
        return explained(failure, stage.index(), from.image());
      }
      for (Instruction instruction : stage.syntax().instructions()) {
        if (instruction instanceof Instruction.Copy copy && copy.range().equals(range)) {
          return explained(failure, stage.index(), copy.from().orElse(""));
        }
      }
    }
    return failure;
  }

  private BuildException explained(BuildException failure, int stage, String name) {
    BuildException placed = failure.about(name);
    return names
        .meant(stage, name)
        .map(meant -> placed.withHint("did you mean the stage " + meant + "?"))
        .orElse(placed);
  }

  /**
   * Where an instruction of a planned stage copies from.
   *
   * @throws dev.janiko.builder.failure.BuildException if {@code --from} names nothing usable
   */
  public CopySource copySource(PlannedStage stage, Instruction.Copy copy) {
    return names.copySource(stage.index(), copy);
  }

  /** What an instruction of a planned stage takes files from, the build context included. */
  List<CopySource> sources(PlannedStage stage, Instruction instruction) {
    return names.sources(stage.index(), instruction);
  }

  /**
   * Where a mount of a planned stage's {@code RUN} takes files from.
   *
   * @param mount one of its {@code --mount} values
   * @return nothing if it names no stage or image
   * @throws dev.janiko.builder.failure.BuildException if {@code from} names nothing usable
   */
  public Optional<CopySource> mountSource(PlannedStage stage, Instruction.Run run, String mount) {
    return names.mountSource(stage.index(), mount, run.range());
  }
}
