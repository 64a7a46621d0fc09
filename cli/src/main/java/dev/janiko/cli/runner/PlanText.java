package dev.janiko.cli.runner;

import dev.janiko.builder.BuildRequest;
import dev.janiko.builder.plan.BuildPlan;
import dev.janiko.builder.plan.PlannedStage;
import dev.janiko.builder.plan.StageBase;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.registry.reference.ImageReference;
import java.util.ArrayList;
import java.util.List;

/** A plan as lines for people. */
final class PlanText {
  private final BuildPlan plan;
  private final BuildRequest request;

  PlanText(BuildPlan plan, BuildRequest request) {
    this.plan = plan;
    this.request = request;
  }

  /** All lines, without line ends. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (PlannedStage stage : plan.stages()) {
      lines.add(
          "stage %s from %s for %s".formatted(stage.name(), base(stage.base()), stage.platform()));
      for (Instruction instruction : stage.syntax().instructions()) {
        lines.add(
            "  line %d: %s".formatted(instruction.range().startLine(), instruction.original()));
      }
    }
    request.cache().ifPresent(_ -> lines.add("take layers from the cache"));
    request.outputs().ociLayout().ifPresent(folder -> lines.add("write the layout " + folder));
    request.outputs().dockerArchive().ifPresent(file -> lines.add("write the archive " + file));
    for (ImageReference name : request.outputs().pushTo()) {
      lines.add("push " + name);
    }
    return lines;
  }

  private String base(StageBase base) {
    return switch (base) {
      case StageBase.Scratch _ -> "scratch";
      case StageBase.Image image -> image.choice().shown();
      case StageBase.EarlierStage earlier ->
          plan.stages().stream()
              .filter(stage -> stage.index() == earlier.index())
              .map(stage -> "stage " + stage.name())
              .findFirst()
              .orElseThrow();
    };
  }
}
