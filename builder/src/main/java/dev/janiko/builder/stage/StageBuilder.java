package dev.janiko.builder.stage;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.base.BaseImage;
import dev.janiko.builder.base.BaseImages;
import dev.janiko.builder.cache.BuildCache;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.plan.BuildPlan;
import dev.janiko.builder.plan.CopySource;
import dev.janiko.builder.plan.PlannedStage;
import dev.janiko.builder.plan.StageBase;
import dev.janiko.builder.sandbox.ForeignPrograms;
import dev.janiko.builder.step.ImageState;
import dev.janiko.builder.step.PendingLayer;
import dev.janiko.builder.step.RemoteFiles;
import dev.janiko.builder.step.Sources;
import dev.janiko.builder.step.StageScope;
import dev.janiko.builder.step.StageSteps;
import dev.janiko.builder.step.Supported;
import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.DockerfileParser;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.registry.Digest;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.Platform;
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
  private final RemoteFiles remote;
  private final StepEvents events;
  private final Manner manner;
  private final Optional<BuildCache> cache;
  private final Map<Integer, FinishedStage> finished = new HashMap<>();
  private final Map<Integer, StageCache.Chain> chains = new HashMap<>();

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
    this.remote = shared.remote();
    this.events = shared.events();
    this.manner = shared.manner();
    this.cache = shared.cache();
  }

  /**
   * What all stages use.
   *
   * @param images the images that stages start from
   * @param scope where the values of words come from
   * @param stages gives each stage its files
   * @param remote fetches what ADD names elsewhere
   * @param events hears of steps
   * @param manner how steps are recorded
   * @param cache what earlier builds made, if it is used
   */
  public record Shared(
      BaseImages images,
      StageScope scope,
      StageStore stages,
      RemoteFiles remote,
      StepEvents events,
      Manner manner,
      Optional<BuildCache> cache) {}

  /**
   * How steps are recorded.
   *
   * @param clock gives history its times
   * @param single whether a stage makes one layer, at its end; there must be no cache then
   * @param layers names how layers are written, apart from what is in them
   */
  public record Manner(Clock clock, boolean single, String layers) {}

  /** The base of a stage: what is at its bottom, its state, and triggers to run first. */
  private record Start(
      Optional<BaseImage> base, ImageState state, List<String> triggers, StageFiles files) {}

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
    requireRunnable(
        start.base().map(base -> base.config().platform()).orElse(stage.platform()), all);
    ImageState state = start.state();
    StageLayers layers = new StageLayers(start.files(), when(stage));
    StageSteps steps = new StageSteps(scope, layers, sources(stage), manner.clock());
    Optional<StageCache> known =
        cache.map(kept ->
            new StageCache(
                kept,
                new StageCache.Stage(start.files(), steps, all),
                chain(stage, start),
                this::layersOf));
    for (int i = 0; i < all.size(); i++) {
      ImageState before = state;
      Instruction instruction = all.get(i);
      int index = i;
      state =
          events.step(
              new StepEvents.Position(stage.name(), i + 2, all.size() + 1),
              instruction,
              id -> {
                Optional<ImageState> cached =
                    known.flatMap(kept -> taken(kept, index, before, instruction));
                if (cached.isPresent()) {
                  events.cached(id);
                  return cached.get();
                }
                ImageState after =
                    steps.execute(before, instruction, line -> events.output(id, line));
                known.ifPresent(kept -> kept.made(index, before, after));
                return after;
              });
      layers.afterStep(state);
    }
    known.ifPresent(kept -> chains.put(stage.index(), kept.chain()));
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

  /** Layers of stages that others only copy from are for later builds, if any. */
  private boolean isLayered(PlannedStage stage) {
    return cache.isPresent() || plan.hasLayers(stage);
  }

  private StageLayers.When when(PlannedStage stage) {
    if (!isLayered(stage)) {
      return StageLayers.When.NEVER;
    }
    return manner.single() ? StageLayers.When.AT_END : StageLayers.When.EACH_STEP;
  }

  private StageStore.Coming coming(PlannedStage stage) {
    return new StageStore.Coming(stage.name(), isLayered(stage));
  }

  private Sources sources(PlannedStage stage) {
    return new Sources() {
      @Override
      public CopySource of(Instruction.Copy copy) {
        return plan.copySource(stage, copy);
      }

      @Override
      public Optional<CopySource> of(Instruction.Run run, String mount) {
        return plan.mountSource(stage, run, mount);
      }

      @Override
      public RemoteFiles remote() {
        return remote;
      }
    };
  }

  /** Refuses commands that this machine cannot run, before anything is done for them. */
  private static void requireRunnable(Platform platform, List<Instruction> instructions) {
    boolean native32 =
        platform.architecture().equals("386") && Platform.host().architecture().equals("amd64");
    if (platform.architecture().equals(Platform.host().architecture()) || native32) {
      return;
    }
    for (Instruction instruction : instructions) {
      if (instruction instanceof Instruction.Run
          && !Platform.host().accepts(platform)
          && !ForeignPrograms.here().canRun(platform.architecture())) {
        throw BuildException.at(
                instruction.range(),
                Kind.SANDBOX,
                "a command for %s cannot be run here, on %s".formatted(platform, Platform.host()))
            .withHint(
                "build in a stage FROM --platform=$BUILDPLATFORM and COPY --from it, or register"
                    + " an emulator with binfmt_misc and its flag F");
      }
    }
  }

  private static Optional<ImageState> taken(
      StageCache cache, int index, ImageState before, Instruction instruction) {
    try {
      return cache.take(index, before);
    } catch (BuildException e) {
      throw e.at(instruction.range());
    } catch (IOException e) {
      throw BuildException.of(Kind.CONTEXT, String.valueOf(e.getMessage()), e)
          .at(instruction.range());
    }
  }

  private StageCache.Chain chain(PlannedStage stage, Start start) {
    if (stage.base() instanceof StageBase.EarlierStage earlier) {
      return requireNonNull(chains.get(earlier.index()), "the stage is not built");
    }
    return StageCache.Chain.upon(
        start.base().map(base -> base.config().diffIds()).orElse(List.of()), manner.layers());
  }

  /** The layers that another stage or image is made of; waits until they are known. */
  private List<Digest> layersOf(CopySource source) {
    return switch (source) {
      case CopySource.Context _, CopySource.Folder _ -> List.of();
      case CopySource.Image image ->
          BaseImages.await(images.resolve(image.choice())).config().diffIds();
      case CopySource.EarlierStage stage -> {
        FinishedStage finishedStage = needed(stage.index());
        List<Digest> layers =
            new ArrayList<>(
                finishedStage.base().map(base -> base.config().diffIds()).orElse(List.of()));
        for (PendingLayer layer : finishedStage.state().layers()) {
          layers.add(BaseImages.await(layer.written()).diffId());
        }
        yield List.copyOf(layers);
      }
    };
  }

  private Start start(PlannedStage stage) {
    return switch (stage.base()) {
      case StageBase.Scratch _ -> {
        ImageState state = ImageState.startingFrom(RunConfig.empty().withWorkingDir("/"), "");
        yield new Start(
            Optional.empty(), state, List.of(), stages.onNothing(coming(stage), this::source));
      }
      case StageBase.Image image -> {
        BaseImage base = located(stage, () -> BaseImages.await(images.resolve(image.choice())));
        ImageConfig config = base.config().asBase();
        ImageState state =
            ImageState.startingFrom(config.run().withOnBuild(List.of()), config.author());
        yield new Start(
            Optional.of(base),
            state,
            config.run().onBuild(),
            stages.onImage(coming(stage), image.choice(), this::source));
      }
      case StageBase.EarlierStage earlier -> {
        FinishedStage parent = needed(earlier.index());
        ImageState state = parent.state().continued();
        RunConfig run = state.run();
        yield new Start(
            parent.base(),
            state.withRun(run.withOnBuild(List.of())),
            run.onBuild(),
            stages.onStage(coming(stage), parent, this::source));
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
              Kind.DOCKERFILE,
              "a trigger of the base image takes files from a stage that is not built")
          .withHint("name that stage in a COPY --from of this stage too");
    }
    return stage;
  }

  private StageFiles source(CopySource.EarlierStage from) {
    return needed(from.index()).files();
  }
}
