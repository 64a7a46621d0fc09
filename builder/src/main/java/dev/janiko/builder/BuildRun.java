package dev.janiko.builder;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.base.BaseImage;
import dev.janiko.builder.base.BaseImages;
import dev.janiko.builder.cache.BuildCache;
import dev.janiko.builder.context.BuildContext;
import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.builder.event.LayerSummary;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.fetch.Fetching;
import dev.janiko.builder.layer.LayerCompression;
import dev.janiko.builder.layer.LayerOptions;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.output.ImageOutputs;
import dev.janiko.builder.plan.BuildPlan;
import dev.janiko.builder.plan.FileNeeds;
import dev.janiko.builder.plan.NamedSource;
import dev.janiko.builder.plan.PlannedStage;
import dev.janiko.builder.plan.StageBase;
import dev.janiko.builder.sandbox.BuildThread;
import dev.janiko.builder.sandbox.ChrootSandbox;
import dev.janiko.builder.sandbox.FolderSandbox;
import dev.janiko.builder.sandbox.InPlaceSandbox;
import dev.janiko.builder.sandbox.Isolation;
import dev.janiko.builder.sandbox.NamespaceSandbox;
import dev.janiko.builder.sandbox.Probe;
import dev.janiko.builder.sandbox.Way;
import dev.janiko.builder.stage.FinishedStage;
import dev.janiko.builder.stage.OverlayStages;
import dev.janiko.builder.stage.StageBuilder;
import dev.janiko.builder.stage.StageFiles;
import dev.janiko.builder.stage.StageStore;
import dev.janiko.builder.stage.StepEvents;
import dev.janiko.builder.stage.WalkedStages;
import dev.janiko.builder.step.StageScope;
import dev.janiko.builder.store.LayerStore;
import dev.janiko.builder.store.Pruning;
import dev.janiko.dockerfile.Expander;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.Family;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** One build under way: opens what it needs, builds the stages, puts the image in its places. */
final class BuildRun {
  private final BuildRequest request;
  private final Registries registries;
  private final BuildListener listener;
  private final StepEvents events;

  BuildRun(BuildRequest request, Registries registries, BuildListener listener, StepEvents events) {
    this.request = request;
    this.registries = registries;
    this.listener = listener;
    this.events = events;
  }

  BuildResult run(BuildContext context, BuildPlan plan, CheckRun checks) {
    try (LayerStore store = LayerStore.open(request.place().store());
        BuildTools tools = open(plan, store)) {
      List<CompletableFuture<?>> asked = begin(plan, tools);
      asked.add(checked(checks, plan, tools));
      Way way = sandbox(store);
      BuildResult result =
          switch (way) {
            case OVERLAY -> {
              if (tools.cache().isEmpty()) {
                FileNeeds.images(plan).forEach(tools.images()::prefetchFiles);
              }
              asked.forEach(BaseImages::await);
              yield BuildThread.call(() -> inNamespaces(context, plan, tools));
            }
            case FOLDERS -> {
              asked.forEach(BaseImages::await);
              yield BuildThread.call(() -> inFolders(context, plan, tools));
            }
            case CHROOT -> {
              asked.forEach(BaseImages::await);
              yield inChangedRoot(context, plan, tools);
            }
            case ROOT -> {
              asked.forEach(BaseImages::await);
              yield inPlace(context, plan, tools);
            }
          };
      shrink(store);
      return result;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BuildException.of(Kind.INTERRUPTED, "the build was interrupted", e);
    } catch (IOException e) {
      throw BuildException.of(Kind.SANDBOX, String.valueOf(e.getMessage()), e);
    } catch (UncheckedIOException e) {
      IOException cause = requireNonNull(e.getCause());
      throw BuildException.of(Kind.SANDBOX, String.valueOf(cause.getMessage()), cause);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Way sandbox(LayerStore store) throws IOException {
    Isolation wanted = request.place().isolation();
    Probe probe = Probe.of(store.work(), request.place().force());
    Way way = probe.choose(wanted);
    say(BuildEvent.Level.DEBUG, "sandbox: " + way.isolation().optionValue() + ", " + way.files());
    probe.reservation(wanted, way).ifPresent(text -> say(BuildEvent.Level.WARNING, text));
    return way;
  }

  private void say(BuildEvent.Level level, String text) {
    listener.on(new BuildEvent.Message(level, text));
  }

  /** Keeps the store's size; that it cannot is no reason to fail when the image is made. */
  private void shrink(LayerStore store) {
    try {
      var report = Pruning.downTo(request.place().storeBytes()).run(store);
      if (!report.removed().isEmpty()) {
        listener.on(
            new BuildEvent.Message(
                BuildEvent.Level.DEBUG,
                "the store is over its size: %d layers go, %d bytes in %d stay"
                    .formatted(report.removed().size(), report.leftBytes(), report.left())));
      }
    } catch (IOException e) {
      listener.on(
          new BuildEvent.Message(
              BuildEvent.Level.WARNING, "the store cannot be kept at its size: " + e.getMessage()));
    }
  }

  private BuildResult inNamespaces(BuildContext context, BuildPlan plan, BuildTools tools)
      throws IOException {
    try (NamespaceSandbox sandbox = NamespaceSandbox.open(tools.images().work());
        OverlayStages stages = new OverlayStages(sandbox, tools.queue(), tools.images(), context)) {
      return build(plan, tools, stages);
    }
  }

  private BuildResult inFolders(BuildContext context, BuildPlan plan, BuildTools tools)
      throws IOException {
    try (FolderSandbox sandbox = FolderSandbox.open(tools.images().work());
        WalkedStages stages = new WalkedStages(sandbox, tools.queue(), tools.images(), context)) {
      return build(plan, tools, stages);
    }
  }

  private BuildResult inChangedRoot(BuildContext context, BuildPlan plan, BuildTools tools)
      throws IOException {
    try (ChrootSandbox sandbox = ChrootSandbox.open(tools.images().work());
        WalkedStages stages = new WalkedStages(sandbox, tools.queue(), tools.images(), context)) {
      return build(plan, tools, stages);
    }
  }

  private BuildResult inPlace(BuildContext context, BuildPlan plan, BuildTools tools)
      throws IOException {
    List<UnixPath> kept = new ArrayList<>();
    kept.add(UnixPath.of(context.folder().toString()));
    kept.add(UnixPath.of(request.place().store().toAbsolutePath().toString()));
    request
        .cache()
        .flatMap(BuildRequest.Cache::bases)
        .map(bases -> UnixPath.of(bases.folder().toString()))
        .ifPresent(kept::add);
    request
        .mounts()
        .caches()
        .map(Path::toAbsolutePath)
        .map(Path::toString)
        .map(UnixPath::of)
        .ifPresent(kept::add);
    request
        .mounts()
        .agents()
        .values()
        .forEach(agent -> kept.add(UnixPath.of(agent.toAbsolutePath().toString())));
    for (NamedSource source : context.named().values()) {
      switch (source) {
        case NamedSource.Folder folder -> kept.add(UnixPath.of(folder.folder().toString()));
        case NamedSource.Layout layout ->
            kept.add(UnixPath.of(layout.folder().toAbsolutePath().toString()));
        case NamedSource.Image _ -> {}
      }
    }
    try (InPlaceSandbox sandbox = InPlaceSandbox.open(request.place().program(), kept);
        WalkedStages stages = new WalkedStages(sandbox, tools.queue(), tools.images(), context)) {
      BuildResult result = build(plan, tools, stages);
      if (request.place().materialize()) {
        sandbox.leave();
      }
      return result;
    }
  }

  private BuildTools open(BuildPlan plan, LayerStore store) throws IOException {
    return BuildTools.open(
        new BuildTools.Setting(
            request,
            registries,
            text -> listener.on(new BuildEvent.Message(BuildEvent.Level.WARNING, text))),
        store,
        new BuildTools.Opening(FileNeeds.targetImage(plan), layerOptions(plan)));
  }

  private LayerOptions layerOptions(BuildPlan plan) {
    return LayerOptions.of(request.layering().compression(), times(plan).latestModified());
  }

  /** All that makes another layer of the same files. */
  private String layerName(BuildPlan plan) {
    List<String> ignored = request.layering().ignored();
    String name = layerOptions(plan).name();
    return ignored.isEmpty() ? name : name + " without " + ignored;
  }

  private BuildTimes times(BuildPlan plan) {
    return BuildTimes.of(request.layering().times(), plan.epoch());
  }

  /**
   * Starts what takes long and depends on nothing: asking for bases, mounting their layers at the
   * destinations, asking whether a push is allowed.
   *
   * @return what must be known before the first step, on its way
   */
  private List<CompletableFuture<?>> begin(BuildPlan plan, BuildTools tools) {
    for (PlannedStage stage : plan.stages()) {
      if (stage.base() instanceof StageBase.Image image) {
        tools.images().prefetch(image.choice());
      }
    }
    List<CompletableFuture<?>> permissions = new ArrayList<>();
    for (ImageReference destination : request.outputs().pushTo()) {
      permissions.add(
          CompletableFuture.runAsync(() -> checkPush(destination), tools.background().transfers()));
    }
    // An image that cannot be had is told by the stage that starts from it, with its line.
    FileNeeds.targetImage(plan)
        .map(tools.images()::resolve)
        .ifPresent(image -> permissions.add(offered(image, tools)));
    return permissions;
  }

  /**
   * Looks at the Dockerfile again when all base images are known. One that cannot be had is told by
   * the stage that starts from it, with its line.
   */
  private CompletableFuture<?> checked(CheckRun checks, BuildPlan plan, BuildTools tools) {
    Map<Integer, CompletableFuture<BaseImage>> bases = new HashMap<>();
    for (PlannedStage stage : plan.stages()) {
      if (stage.base() instanceof StageBase.Image image) {
        bases.put(stage.index(), tools.images().resolve(image.choice()));
      }
    }
    return CompletableFuture.allOf(bases.values().toArray(CompletableFuture[]::new))
        .handle((_, failure) -> {
          if (failure == null) {
            checks.looks(stage ->
                Optional.ofNullable(bases.get(stage))
                    .map(base -> CheckRun.facts(base.join().config(), request.platform())));
          }
          checks.judge();
          return failure == null;
        });
  }

  /**
   * Offers the base's layers when it is known; why it is not is for the stage to tell.
   *
   * @throws BuildException if there are no names for its layers and ours in one manifest
   */
  private CompletableFuture<?> offered(CompletableFuture<BaseImage> image, BuildTools tools) {
    return image.handle((base, failure) -> {
      if (failure == null) {
        checkFormat(base);
        offer(base, tools);
      }
      return failure == null;
    });
  }

  /** Docker's manifests know no zstd, and programs that read them know no zstd in them. */
  private void checkFormat(BaseImage base) {
    if (request.layering().compression().format() == LayerCompression.Format.ZSTD
        && base.manifest().family() == Family.DOCKER) {
      throw BuildException.of(
              Kind.BASE_IMAGE,
              base.choice().shown()
                  + " is in docker's image format, which has no layers compressed with zstd")
          .withHint("leave --compression zstd out, or start from an image in OCI's format");
    }
  }

  private void offer(BaseImage base, BuildTools tools) {
    tools.images().layers(base).stream().filter(this::isNear).forEach(tools.pusher()::offer);
  }

  /** Whether a blob is at each destination's registry already, so that bringing it costs little. */
  private boolean isNear(BlobSource blob) {
    return blob.origin().isPresent()
        && request.outputs().pushTo().stream()
            .allMatch(to -> to.registry().equals(blob.origin().get().registry()));
  }

  private void checkPush(ImageReference destination) {
    try {
      registries.push().checkPush(destination);
    } catch (IOException e) {
      throw BuildException.of(Kind.OUTPUT, String.valueOf(e.getMessage()), e);
    }
  }

  private BuildResult build(BuildPlan plan, BuildTools tools, StageStore stages) {
    StageScope scope =
        new StageScope(
            new Expander(plan.dockerfile().escape()),
            request.buildArgs(),
            plan.globalArgs(),
            request.mounts().withDefaultCaches(request.place().store().resolve("caches")));
    FinishedStage target;
    try (RemoteFolders remote =
        new RemoteFolders(
            new Fetching(registries.pull().connections()),
            tools.images().work(),
            new RemoteLogins(request.mounts()))) {
      StageBuilder builder =
          new StageBuilder(
              plan,
              new StageBuilder.Shared(
                  tools.images(),
                  scope,
                  stages,
                  remote,
                  events,
                  new StageBuilder.Manner(
                      times(plan).clock(), request.layering().single(), layerName(plan)),
                  tools.cache()));
      target = timed("steps", () -> stages(plan, builder));
    } catch (BuildException e) {
      if (e.kind() != Kind.INTERRUPTED) {
        // What was made before the failure serves the next try.
        tools.cache().ifPresent(cache -> cache.flush(Optional.empty()));
      }
      throw e;
    }
    ImageAssembly assembly = new ImageAssembly(tools.images(), plan.target().platform(), request);
    Image image = timed("layers", () -> assembly.assemble(target));
    ImageOutputs outputs =
        new ImageOutputs(request.outputs(), tools.pusher(), registries.push().connections());
    List<String> places = timed("outputs", () -> outputs.put(image));
    tools.cache().ifPresent(cache -> timed("cache", () -> kept(cache)));
    if (request.place().materialize()) {
      timed("files", () -> unpacked(target.files()));
    }
    listener.on(finished(image, target, places));
    return new BuildResult(image.digest(), places);
  }

  /** Also what no step needed is unpacked. */
  private static boolean unpacked(StageFiles files) {
    try {
      var _ = files.root();
      files.finish();
      return true;
    } catch (IOException e) {
      throw BuildException.of(Kind.SANDBOX, String.valueOf(e.getMessage()), e);
    }
  }

  private boolean kept(BuildCache cache) {
    cache.flush(request.outputs().pushTo().stream().findFirst());
    return true;
  }

  private FinishedStage stages(BuildPlan plan, StageBuilder builder) {
    List<PlannedStage> planned = plan.stages();
    FinishedStage last = null;
    for (int i = 0; i < planned.size(); i++) {
      long start = System.nanoTime();
      PlannedStage stage = planned.get(i);
      listener.on(new BuildEvent.StageStarted(i + 1, stage.name(), planned.size()));
      last = builder.build(stage);
      listener.on(new BuildEvent.StageFinished(i + 1, since(start)));
    }
    return requireNonNull(last, "a plan without stages");
  }

  private <T> T timed(String phase, Supplier<T> work) {
    long start = System.nanoTime();
    T result = work.get();
    listener.on(new BuildEvent.PhaseFinished(phase, since(start)));
    return result;
  }

  private static BuildEvent finished(Image image, FinishedStage target, List<String> places) {
    List<Descriptor> descriptors = image.manifest().layers();
    int inherited = descriptors.size() - target.state().layers().size();
    List<LayerSummary> layers = new ArrayList<>();
    long size = 0;
    for (int i = 0; i < descriptors.size(); i++) {
      Descriptor layer = descriptors.get(i);
      layers.add(new LayerSummary(layer.digest().toString(), layer.size(), i < inherited));
      size += layer.size();
    }
    return new BuildEvent.ImageFinished(image.digest().toString(), size, layers, places);
  }

  private static Duration since(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
