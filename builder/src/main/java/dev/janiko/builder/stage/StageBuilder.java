package dev.janiko.builder.stage;

import dev.janiko.builder.base.BaseImages;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.plan.BuildPlan;
import dev.janiko.builder.plan.CopySource;
import dev.janiko.builder.plan.PlannedStage;
import dev.janiko.builder.plan.StageBase;
import dev.janiko.builder.step.ImageState;
import dev.janiko.builder.step.StageScope;
import dev.janiko.builder.step.StageSteps;
import dev.janiko.builder.step.Supported;
import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.DockerfileParser;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.registry.client.ResolvedImage;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.RunConfig;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds the stages of a plan, one after the other. Used by one thread. */
public final class StageBuilder {
  private final BuildPlan plan;
  private final BaseImages images;
  private final StageScope scope;
  private final StageStore stages;
  private final StepEvents events;
  private final Manner manner;
  private final Map<Integer, FinishedStage> finished = new HashMap<>();

  /**
   * Sets a build up.
   *
   * @param plan what to build
   * @param shared what all stages use
   */
  public StageBuilder(BuildPlan plan, Shared shared) {
    this.plan = plan;
    this.images = shared.images();
    this.scope = shared.scope();
    this.stages = shared.stages();
    this.events = shared.events();
    this.manner = shared.manner();
  }

  /**
   * What all stages use.
   *
   * @param images the images that stages start from
   * @param scope where the values of words come from
   * @param stages gives each stage its files
   * @param events hears of steps
   * @param manner how steps are recorded
   */
  public record Shared(
      BaseImages images, StageScope scope, StageStore stages, StepEvents events, Manner manner) {}

  /**
   * How steps are recorded.
   *
   * @param clock gives history its times
   * @param single whether a stage makes one layer, at its end
   */
  public record Manner(Clock clock, boolean single) {}

  /** The base of a stage: what is at its bottom, its state, and triggers to run first. */
  private record Start(
      Optional<ResolvedImage> base, ImageState state, List<String> triggers, StageFiles files) {}

  /**
   * Builds a stage whose needs are built.
   *
   * @throws BuildException if a step fails
   */
  public FinishedStage build(PlannedStage stage) {
    List<Instruction> own = stage.syntax().instructions();
    StepEvents.Position first = new StepEvents.Position(stage.name(), 1, own.size() + 1);
    Instruction.From from = stage.syntax().from();
    Start start = events.step(first, from, _ -> start(stage));
    List<Instruction> all = new ArrayList<>(triggers(start, from));
    all.addAll(own);
    ImageState state = start.state();
    StageLayers layers = new StageLayers(start.files(), manner.single());
    StageSteps steps =
        new StageSteps(scope, layers, copy -> plan.copySource(stage, copy), manner.clock());
    for (int i = 0; i < all.size(); i++) {
      ImageState before = state;
      Instruction instruction = all.get(i);
      state =
          events.step(
              new StepEvents.Position(stage.name(), i + 2, all.size() + 1),
              instruction,
              id -> steps.execute(before, instruction, line -> events.output(id, line)));
      layers.afterStep(state);
    }
    try {
      state = layers.atEnd(state);
      start.files().finish();
    } catch (IOException e) {
      throw BuildException.of(Kind.SANDBOX, String.valueOf(e.getMessage()), e);
    }
    FinishedStage result = new FinishedStage(start.base(), state, start.files());
    finished.put(stage.index(), result);
    return result;
  }

  private Start start(PlannedStage stage) {
    return switch (stage.base()) {
      case StageBase.Scratch _ -> {
        ImageState state = ImageState.startingFrom(RunConfig.empty().withWorkingDir("/"), "");
        yield new Start(
            Optional.empty(), state, List.of(), stages.onNothing(stage.name(), this::source));
      }
      case StageBase.Image image -> {
        ResolvedImage base =
            located(stage, () -> BaseImages.await(images.resolve(image.reference())));
        ImageConfig config = base.config().asBase();
        ImageState state =
            ImageState.startingFrom(config.run().withOnBuild(List.of()), config.author());
        yield new Start(
            Optional.of(base),
            state,
            config.run().onBuild(),
            stages.onImage(stage.name(), image.reference(), this::source));
      }
      case StageBase.EarlierStage earlier -> {
        FinishedStage parent = needed(earlier.index());
        ImageState state = parent.state().continued();
        RunConfig run = state.run();
        yield new Start(
            parent.base(),
            state.withRun(run.withOnBuild(List.of())),
            run.onBuild(),
            stages.onStage(stage.name(), parent, this::source));
      }
    };
  }

  private interface Work<T> {
    T run();
  }

  private static <T> T located(PlannedStage stage, Work<T> work) {
    try {
      return work.run();
    } catch (BuildException e) {
      throw e.at(stage.syntax().from().range());
    }
  }

  private List<Instruction> triggers(Start start, Instruction.From from) {
    List<Instruction> parsed = new ArrayList<>();
    for (String trigger : start.triggers()) {
      try {
        parsed.add(DockerfileParser.parseTrigger(trigger, from.range()));
      } catch (DockerfileException e) {
        throw BuildException.of(
                Kind.DOCKERFILE, "the base image's trigger " + trigger + ": " + e.getMessage(), e)
            .at(from.range());
      }
    }
    Supported.require(parsed);
    return parsed;
  }

  private FinishedStage needed(int index) {
    FinishedStage stage = finished.get(index);
    if (stage == null) {
      throw BuildException.of(
              Kind.DOCKERFILE, "a trigger of the base image copies from a stage that is not built")
          .withHint("name that stage in a COPY --from of this stage too");
    }
    return stage;
  }

  private StageFiles source(CopySource.EarlierStage from) {
    return needed(from.index()).files();
  }
}
