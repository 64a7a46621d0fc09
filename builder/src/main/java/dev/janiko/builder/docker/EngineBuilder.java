package dev.janiko.builder.docker;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.janiko.builder.context.BuildContext;
import dev.janiko.builder.context.FetchedContexts;
import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.builder.event.LayerSummary;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.fetch.Fetching;
import dev.janiko.builder.output.ImageOutputs;
import dev.janiko.builder.output.Outputs;
import dev.janiko.builder.plan.BuildPlan;
import dev.janiko.builder.plan.FileNeeds;
import dev.janiko.builder.plan.ImageChoice;
import dev.janiko.builder.plan.PlanOptions;
import dev.janiko.builder.plan.PlannedStage;
import dev.janiko.builder.plan.Planner;
import dev.janiko.builder.plan.StageBase;
import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.DockerfileParser;
import dev.janiko.registry.Digest;
import dev.janiko.registry.auth.Credential;
import dev.janiko.registry.auth.CredentialStore;
import dev.janiko.registry.client.Pusher;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.client.ResolvedImage;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.Family;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Lets an engine build, takes the image out of it, and puts it in its places as any other of ours.
 * What the engine gets is a name of our own, which is taken away again; its cache keeps the steps.
 */
public final class EngineBuilder {
  private static final String HUB = "docker.io";
  private static final String HUB_KEY = "https://index.docker.io/v1/";

  private final EngineClient engine;
  private final Means means;

  /**
   * What a build uses beside the engine.
   *
   * @param pull finds base images, whose layers need no second copy
   * @param push takes the image
   * @param credentials for the engine to pull base images with
   * @param environment the process's
   */
  public record Means(
      RegistryClient pull,
      RegistryClient push,
      CredentialStore credentials,
      Map<String, String> environment) {
    /** Keeps its own copy of the environment. */
    public Means {
      requireNonNull(pull, "pull is null");
      requireNonNull(push, "push is null");
      requireNonNull(credentials, "credentials is null");
      environment = Map.copyOf(environment);
    }
  }

  /** A builder that uses an engine. */
  public EngineBuilder(EngineClient engine, Means means) {
    this.engine = requireNonNull(engine, "engine is null");
    this.means = requireNonNull(means, "means is null");
  }

  /**
   * Builds.
   *
   * @return the digest of the image's manifest
   * @throws BuildException if the build fails; the listener was told
   */
  public Digest build(EngineBuildRequest request, BuildListener listener) {
    StepReport steps = new StepReport(listener);
    try {
      return run(request, listener, steps);
    } catch (IOException e) {
      throw told(failure(e), listener, steps);
    } catch (BuildException e) {
      throw told(e, listener, steps);
    }
  }

  private static BuildException failure(IOException e) {
    // What a read says that an interrupt ended, if anything, is of no use to people.
    if (Thread.currentThread().isInterrupted()) {
      return BuildException.of(Kind.INTERRUPTED, "interrupted while the Docker engine built", e);
    }
    Kind kind = e instanceof EngineException ? Kind.SANDBOX : Kind.OUTPUT;
    return BuildException.of(kind, String.valueOf(e.getMessage()), e);
  }

  private static BuildException told(
      BuildException failure, BuildListener listener, StepReport steps) {
    steps.end(BuildEvent.Outcome.CANCELED);
    OptionalInt code =
        failure.kind() == Kind.COMMAND ? OptionalInt.of(failure.exitCode()) : OptionalInt.empty();
    listener.on(
        new BuildEvent.BuildFailed(
            String.valueOf(failure.getMessage()),
            steps.current(),
            Optional.empty(),
            code,
            failure.hint()));
    return failure;
  }

  private Digest run(EngineBuildRequest request, BuildListener listener, StepReport steps)
      throws IOException {
    Path work = Files.createTempDirectory(Files.createDirectories(request.work()), "engine-");
    try {
      return run(inFolder(request, work), listener, steps, work);
    } finally {
      removeAll(work);
    }
  }

  private Digest run(
      EngineBuildRequest request, BuildListener listener, StepReport steps, Path work)
      throws IOException {
    BuildContext context =
        BuildContext.open(
            request.context(),
            new FetchedContexts(new Fetching(means.pull().connections()), () -> work));
    Optional<BuildPlan> plan = plan(request, context);
    EngineFacts facts = engine.facts();
    listener.on(
        new BuildEvent.Message(
            BuildEvent.Level.INFO,
            "building with the Docker engine " + facts.version() + " at " + engine.address()));
    listener.on(
        new BuildEvent.BuildStarted(
            context.dockerfile().toString(),
            plan.map(known -> known.stages().size()).orElse(1),
            plan.map(EngineBuilder::steps).orElse(1)));
    String tag = "janiko/build:" + UUID.randomUUID();
    try {
      long begin = System.nanoTime();
      build(new Job(request, context, plan, tag), listener, steps);
      phase("engine", begin, listener);
      begin = System.nanoTime();
      Image image = export(request, tag, plan);
      phase("export", begin, listener);
      begin = System.nanoTime();
      List<String> places = put(request, image);
      phase("outputs", begin, listener);
      listener.on(finished(image, plan, places));
      return image.digest();
    } finally {
      forget(tag, listener);
    }
  }

  private static EngineBuildRequest inFolder(EngineBuildRequest request, Path work) {
    return new EngineBuildRequest(
        request.context(),
        request.target(),
        request.buildArgs(),
        request.labels(),
        request.mounts(),
        request.manner(),
        request.outputs(),
        work);
  }

  private static int steps(BuildPlan plan) {
    return plan.stages().stream().mapToInt(stage -> 1 + stage.syntax().instructions().size()).sum();
  }

  /** What the Dockerfile needs, as far as we understand it: the engine is the judge here. */
  private static Optional<BuildPlan> plan(EngineBuildRequest request, BuildContext context) {
    try {
      return Optional.of(
          Planner.plan(
              DockerfileParser.parse(
                  new String(context.dockerfileBytes(), StandardCharsets.UTF_8), "Dockerfile"),
              new PlanOptions(
                  request.target(), request.buildArgs(), Platform.host(), Platform.host())));
    } catch (DockerfileException | BuildException e) {
      return Optional.empty();
    }
  }

  /** What is built, and under which name the engine keeps it meanwhile. */
  private record Job(
      EngineBuildRequest request, BuildContext context, Optional<BuildPlan> plan, String tag) {}

  private void build(Job job, BuildListener listener, StepReport steps) throws IOException {
    EngineBuildRequest request = job.request();
    Optional<DockerCommand> command = command(request, listener);
    if (command.isPresent()) {
      new CommandBuild(command.get(), engine.address(), steps)
          .run(request, job.context(), job.tag());
    } else if (!request.mounts().isEmpty()) {
      throw BuildException.of(
              Kind.SANDBOX, "--secret and --ssh are not for the engine's classic builder")
          .withHint("let its BuildKit build: set DOCKER_BUILDKIT=1");
    } else {
      new ClassicBuild(engine, steps)
          .run(request, job.context(), job.tag(), credentials(job.plan()));
    }
  }

  /** Docker's command if it is to drive BuildKit. */
  private Optional<DockerCommand> command(EngineBuildRequest request, BuildListener listener)
      throws IOException {
    return switch (request.manner().builder()) {
      case CLASSIC -> Optional.empty();
      case BUILDKIT -> {
        Optional<DockerCommand> command = DockerCommand.find(means.environment());
        if (command.isEmpty()) {
          throw BuildException.of(
                  Kind.SANDBOX,
                  "BuildKit is asked for, but no docker command on the PATH can drive it")
              .withHint("install docker with its plug-in buildx, or set DOCKER_BUILDKIT=0");
        }
        yield command;
      }
      case AUTO -> {
        if (!engine.facts().buildKit()) {
          yield Optional.empty();
        }
        Optional<DockerCommand> command = DockerCommand.find(means.environment());
        if (command.isEmpty()) {
          listener.on(
              new BuildEvent.Message(
                  BuildEvent.Level.WARNING,
                  "the engine offers BuildKit, but no docker command on the PATH can drive it:"
                      + " the classic builder is used"));
        }
        yield command;
      }
    };
  }

  private ObjectNode credentials(Optional<BuildPlan> plan) throws IOException {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    for (ImageReference image : plan.map(EngineBuilder::images).orElse(Set.of())) {
      Optional<CredentialStore.Found> found =
          means.credentials().find(image.registry(), image.repository());
      if (found.isEmpty()) {
        continue;
      }
      ObjectNode one = all.putObject(image.registry().equals(HUB) ? HUB_KEY : image.registry());
      switch (found.get().credential()) {
        case Credential.UserPassword login -> {
          one.put("username", login.user());
          one.put("password", login.password());
        }
        case Credential.IdentityToken token -> one.put("identitytoken", token.token());
        case Credential.RegistryToken token -> one.put("registrytoken", token.token());
      }
    }
    return all;
  }

  private static Set<ImageReference> images(BuildPlan plan) {
    Set<ImageReference> images = new HashSet<>();
    FileNeeds.images(plan).forEach(choice -> images.add(choice.reference()));
    for (PlannedStage stage : plan.stages()) {
      if (stage.base() instanceof StageBase.Image image) {
        images.add(image.choice().reference());
      }
    }
    return images;
  }

  private Image export(EngineBuildRequest request, String tag, Optional<BuildPlan> plan)
      throws IOException {
    Optional<ResolvedImage> base =
        plan.flatMap(FileNeeds::targetImage).map(ImageChoice::reference).flatMap(this::resolved);
    Map<Digest, BlobSource> known = new HashMap<>();
    base.ifPresent(image -> {
      List<Descriptor> layers = image.manifest().layers();
      for (int i = 0; i < layers.size(); i++) {
        known.put(
            image.config().diffIds().get(i),
            means.pull().remoteBlob(image.reference(), layers.get(i)));
      }
    });
    Outputs.Form form = request.outputs().form();
    Family family = form.family(base.map(image -> image.manifest().family()));
    try (InputStream archive = engine.save(tag)) {
      return new EngineExport(
              request.work(), known, new Outputs.Form(Optional.of(family), form.annotations()))
          .read(archive);
    }
  }

  private Optional<ResolvedImage> resolved(ImageReference reference) {
    try {
      return Optional.of(means.pull().resolve(reference, Platform.host()));
    } catch (IOException e) {
      return Optional.empty(); // only the engine can reach it: its layers come from there, then
    }
  }

  private List<String> put(EngineBuildRequest request, Image image) {
    try (Pusher pusher = Pusher.create(means.push(), request.outputs().pushTo())) {
      return new ImageOutputs(request.outputs(), pusher, means.push().connections()).put(image);
    }
  }

  private static BuildEvent finished(Image image, Optional<BuildPlan> plan, List<String> places) {
    List<LayerSummary> layers = new ArrayList<>();
    long size = 0;
    for (BlobSource blob : image.layers()) {
      Descriptor layer = blob.descriptor();
      layers.add(
          new LayerSummary(
              layer.digest().toString(),
              layer.size(),
              plan.isPresent() && blob.origin().isPresent()));
      size += layer.size();
    }
    return new BuildEvent.ImageFinished(image.digest().toString(), size, layers, places);
  }

  private static void phase(String name, long begin, BuildListener listener) {
    listener.on(new BuildEvent.PhaseFinished(name, Duration.ofNanos(System.nanoTime() - begin)));
  }

  /** Leaves the engine without our name, if it still answers. */
  private void forget(String tag, BuildListener listener) {
    try {
      if (!Thread.currentThread().isInterrupted() && engine.inspect(tag).isPresent()) {
        engine.remove(tag);
      }
    } catch (IOException e) {
      listener.on(
          new BuildEvent.Message(
              BuildEvent.Level.DEBUG, tag + " stays in the engine: " + e.getMessage()));
    }
  }

  private static void removeAll(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
