package dev.janiko.builder.plan;

import dev.janiko.dockerfile.Instruction;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which images' files a plan is certain to need, so that fetching them can begin at once. */
public final class FileNeeds {
  private FileNeeds() {}

  /** The images whose files are needed; the config of others is enough. */
  public static Set<ImageChoice> images(BuildPlan plan) {
    Set<ImageChoice> needed = new LinkedHashSet<>();
    Map<Integer, Optional<ImageChoice>> bottoms = new HashMap<>();
    for (PlannedStage stage : plan.stages()) {
      Optional<ImageChoice> bottom = bottom(stage, bottoms);
      bottoms.put(stage.index(), bottom);
      for (Instruction instruction : stage.syntax().instructions()) {
        if (touchesFiles(instruction)) {
          bottom.ifPresent(needed::add);
        }
        for (CopySource source : plan.sources(stage, instruction)) {
          bottom(source, bottoms).ifPresent(needed::add);
        }
      }
    }
    return needed;
  }

  /** The image at the bottom of the target, also through stages between. */
  public static Optional<ImageChoice> targetImage(BuildPlan plan) {
    Map<Integer, Optional<ImageChoice>> bottoms = new HashMap<>();
    for (PlannedStage stage : plan.stages()) {
      bottoms.put(stage.index(), bottom(stage, bottoms));
    }
    return bottoms.getOrDefault(plan.target().index(), Optional.empty());
  }

  private static Optional<ImageChoice> bottom(
      PlannedStage stage, Map<Integer, Optional<ImageChoice>> bottoms) {
    return switch (stage.base()) {
      case StageBase.Scratch _ -> Optional.empty();
      case StageBase.Image image -> Optional.of(image.choice());
      case StageBase.EarlierStage earlier ->
          bottoms.getOrDefault(earlier.index(), Optional.empty());
    };
  }

  private static Optional<ImageChoice> bottom(
      CopySource source, Map<Integer, Optional<ImageChoice>> bottoms) {
    return switch (source) {
      case CopySource.Context _, CopySource.Folder _ -> Optional.empty();
      case CopySource.Image image -> Optional.of(image.choice());
      case CopySource.EarlierStage earlier ->
          bottoms.getOrDefault(earlier.index(), Optional.empty());
    };
  }

  private static boolean touchesFiles(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Run _, Instruction.Transfer _ -> true;
      case Instruction.Workdir workdir -> !List.of("/", "").contains(workdir.path());
      case Instruction.From _,
          Instruction.Arg _,
          Instruction.Env _,
          Instruction.Label _,
          Instruction.Maintainer _,
          Instruction.User _,
          Instruction.Stopsignal _,
          Instruction.Expose _,
          Instruction.Volume _,
          Instruction.Shell _,
          Instruction.Cmd _,
          Instruction.Entrypoint _,
          Instruction.Healthcheck _,
          Instruction.Onbuild _ ->
          false;
    };
  }
}
