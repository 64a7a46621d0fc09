package dev.janiko.builder;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.context.BuildContext;
import dev.janiko.builder.context.FetchedContexts;
import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.builder.event.Excerpt;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.fetch.Fetching;
import dev.janiko.builder.plan.BuildPlan;
import dev.janiko.builder.plan.PlanOptions;
import dev.janiko.builder.plan.PlannedStage;
import dev.janiko.builder.plan.Planner;
import dev.janiko.builder.stage.StepEvents;
import dev.janiko.builder.step.Supported;
import dev.janiko.dockerfile.Dockerfile;
import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.DockerfileParser;
import dev.janiko.dockerfile.text.UserInfo;
import dev.janiko.registry.image.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Builds an image from a Dockerfile and a context.
 *
 * <p>Everything that happens is told to a listener; nothing is printed. An interruption of the
 * calling thread ends the build: its commands are killed, its work folder is removed. Safe for use
 * by several threads, but only one build at a time can run {@code inplace}.
 */
public final class Builder {
  private final Registries registries;

  /** A builder that reaches registries so. */
  public Builder(Registries registries) {
    this.registries = requireNonNull(registries, "registries is null");
  }

  /**
   * Builds.
   *
   * @return what was made, when all of it is in its place
   * @throws BuildException if the build fails; the listener was told
   */
  public BuildResult build(BuildRequest request, BuildListener listener) {
    requireNonNull(request, "request is null");
    requireNonNull(listener, "listener is null");
    StepEvents events = new StepEvents(listener);
    Optional<BuildContext> opened = Optional.empty();
    Optional<BuildPlan> planned = Optional.empty();
    try (ContextWork work = new ContextWork(request.place().store())) {
      BuildContext context =
          BuildContext.open(
              request.context(),
              new FetchedContexts(new Fetching(registries.pull().connections()), work));
      opened = Optional.of(context);
      BuildPlan plan = plan(request, context);
      planned = Optional.of(plan);
      listener.on(started(context, plan));
      CheckRun checks = checks(context, plan, request, listener);
      checks.looks();
      return new BuildRun(request, registries, listener, events).run(context, plan, checks);
    } catch (BuildException e) {
      BuildException explained = planned.map(plan -> plan.explained(e)).orElse(e);
      listener.on(failed(explained, opened, events.failedStep()));
      throw explained;
    } catch (IOException e) {
      BuildException failure = BuildException.of(Kind.SANDBOX, String.valueOf(e.getMessage()), e);
      listener.on(failed(failure, opened, events.failedStep()));
      throw failure;
    }
  }

  /**
   * Finds out what would be built, and builds nothing. Base images are not asked for.
   *
   * @throws BuildException if the context or the Dockerfile cannot be had or is wrong; the listener
   *     was told
   */
  public BuildPlan plan(BuildRequest request, BuildListener listener) {
    try (ContextWork work = new ContextWork(request.place().store())) {
      return plan(
          request,
          BuildContext.open(
              request.context(),
              new FetchedContexts(new Fetching(registries.pull().connections()), work)));
    } catch (BuildException e) {
      listener.on(failed(e, Optional.empty(), OptionalInt.empty()));
      throw e;
    } catch (IOException e) {
      BuildException failure = BuildException.of(Kind.CONTEXT, String.valueOf(e.getMessage()), e);
      listener.on(failed(failure, Optional.empty(), OptionalInt.empty()));
      throw failure;
    }
  }

  private static BuildPlan plan(BuildRequest request, BuildContext context) {
    Dockerfile dockerfile = parse(text(context), shown(context));
    BuildPlan plan =
        Planner.plan(
            dockerfile,
            new PlanOptions(
                request.target(),
                request.buildArgs(),
                request.platform(),
                Platform.host(),
                context.named()));
    for (PlannedStage stage : plan.stages()) {
      Supported.require(stage.syntax().instructions());
    }
    return plan;
  }

  private static CheckRun checks(
      BuildContext context, BuildPlan plan, BuildRequest request, BuildListener listener) {
    return new CheckRun(
        plan.dockerfile(),
        shown(context),
        new CheckRun.Question(
            Optional.of(String.valueOf(plan.target().index())),
            request.buildArgs(),
            context.ignored()),
        listener);
  }

  /** A context's Dockerfile. */
  static String text(BuildContext context) {
    return new String(context.dockerfileBytes(), StandardCharsets.UTF_8);
  }

  /** Reads a Dockerfile. */
  static Dockerfile parse(String text, String fileName) {
    try {
      return DockerfileParser.parse(text, fileName);
    } catch (DockerfileException e) {
      throw BuildException.of(Kind.DOCKERFILE, e.getMessage(), e);
    }
  }

  private static BuildEvent started(BuildContext context, BuildPlan plan) {
    int steps =
        plan.stages().stream().mapToInt(stage -> 1 + stage.syntax().instructions().size()).sum();
    return new BuildEvent.BuildStarted(shown(context), plan.stages().size(), steps);
  }

  private static BuildEvent failed(
      BuildException e, Optional<BuildContext> context, OptionalInt step) {
    Optional<Excerpt> excerpt = context.flatMap(it -> excerpt(e, shown(it), text(it)));
    OptionalInt exitCode =
        e.kind() == Kind.COMMAND ? OptionalInt.of(e.exitCode()) : OptionalInt.empty();
    return new BuildEvent.BuildFailed(
        String.valueOf(e.getMessage()), step, excerpt, exitCode, e.hint());
  }

  /** The place of a failure, if it has one. */
  static Optional<Excerpt> excerpt(BuildException e, String fileName, String text) {
    return e.location()
        .map(range -> Excerpt.of(fileName, UserInfo.hidden(text), range, e.culprit()));
  }

  /** The Dockerfile's name as its user would say it. */
  static String shown(Path dockerfile) {
    Path here = Path.of("").toAbsolutePath();
    return dockerfile.startsWith(here)
        ? here.relativize(dockerfile).toString()
        : dockerfile.toString();
  }

  /** The Dockerfile as people know it: in a context that was fetched, from its folder on. */
  private static String shown(BuildContext context) {
    Path dockerfile = context.dockerfile();
    Path here = Path.of("").toAbsolutePath();
    boolean fetched = context.isFetched() && dockerfile.startsWith(context.folder());
    return fetched && !dockerfile.startsWith(here)
        ? context.folder().relativize(dockerfile).toString()
        : shown(dockerfile);
  }
}
