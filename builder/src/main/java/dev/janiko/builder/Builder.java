package dev.janiko.builder;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.context.BuildContext;
import dev.janiko.builder.context.FetchedContexts;
import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.builder.event.Excerpt;
import dev.janiko.builder.event.Lines;
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
import dev.janiko.dockerfile.SourceRange;
import dev.janiko.dockerfile.check.BuildChecks;
import dev.janiko.dockerfile.check.CheckContext;
import dev.janiko.dockerfile.check.CheckWarning;
import dev.janiko.dockerfile.text.UserInfo;
import dev.janiko.registry.image.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

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
    try (ContextWork work = new ContextWork(request.place().store())) {
      BuildContext context =
          BuildContext.open(
              request.context(),
              new FetchedContexts(new Fetching(registries.pull().connections()), work));
      opened = Optional.of(context);
      BuildPlan plan = plan(request, context);
      listener.on(started(context, plan));
      return new BuildRun(request, registries, listener, events).run(context, plan);
    } catch (BuildException e) {
      listener.on(failed(e, opened, events.failedStep()));
      throw e;
    } catch (IOException e) {
      BuildException failure = BuildException.of(Kind.SANDBOX, String.valueOf(e.getMessage()), e);
      listener.on(failed(failure, opened, events.failedStep()));
      throw failure;
    }
  }

  private static BuildPlan plan(BuildRequest request, BuildContext context) {
    Dockerfile dockerfile = parse(context);
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
    check(dockerfile, request, context);
    return plan;
  }

  /** Runs the build checks if the Dockerfile, or an argument, wants what they find to be errors. */
  private static void check(Dockerfile dockerfile, BuildRequest request, BuildContext context) {
    BuildChecks checks;
    try {
      checks =
          BuildChecks.of(
              dockerfile,
              new CheckContext(
                  request.target(), request.buildArgs(), context.ignored(), _ -> Optional.empty()));
    } catch (DockerfileException e) {
      throw BuildException.of(Kind.DOCKERFILE, String.valueOf(e.getMessage()), e);
    }
    if (!checks.options().error()) {
      return;
    }
    List<CheckWarning> warnings = checks.run();
    if (!warnings.isEmpty()) {
      String rules =
          warnings.stream()
              .map(warning -> warning.rule().title())
              .distinct()
              .collect(Collectors.joining(", "));
      throw BuildException.at(
              warnings.getFirst().range(),
              Kind.DOCKERFILE,
              "lint violation found for rules: " + rules)
          .withHint(
              "the check option error=true asks for this: "
                  + warnings.stream()
                      .map(CheckWarning::toString)
                      .collect(Collectors.joining("; ")));
    }
  }

  private static Dockerfile parse(BuildContext context) {
    String name = String.valueOf(context.dockerfile().getFileName());
    try {
      return DockerfileParser.parse(context.dockerfileBytes(), name);
    } catch (DockerfileException e) {
      BuildException failure =
          BuildException.of(Kind.DOCKERFILE, String.valueOf(e.getMessage()), e);
      failure = e.range().isPresent() ? failure.at(e.range().get()) : failure;
      throw e.hint().isPresent() ? failure.withHint(e.hint().get()) : failure;
    }
  }

  private static BuildEvent started(BuildContext context, BuildPlan plan) {
    int steps =
        plan.stages().stream().mapToInt(stage -> 1 + stage.syntax().instructions().size()).sum();
    return new BuildEvent.BuildStarted(shown(context), plan.stages().size(), steps);
  }

  private static BuildEvent failed(
      BuildException e, Optional<BuildContext> context, OptionalInt step) {
    Optional<Excerpt> excerpt = Optional.empty();
    if (context.isPresent() && e.location().isPresent()) {
      SourceRange range = e.location().get();
      List<String> lines =
          UserInfo.hidden(new String(context.get().dockerfileBytes(), StandardCharsets.UTF_8))
              .lines()
              .toList();
      excerpt =
          Optional.of(
              new Excerpt(
                  shown(context.get()), lines, new Lines(range.startLine(), range.endLine())));
    }
    OptionalInt exitCode =
        e.kind() == Kind.COMMAND ? OptionalInt.of(e.exitCode()) : OptionalInt.empty();
    return new BuildEvent.BuildFailed(
        String.valueOf(e.getMessage()), step, excerpt, exitCode, e.hint());
  }

  /** The Dockerfile as people know it: in a context that was fetched, from its folder on. */
  private static String shown(BuildContext context) {
    Path dockerfile = context.dockerfile();
    Path here = Path.of("").toAbsolutePath();
    return dockerfile.startsWith(here)
        ? here.relativize(dockerfile).toString()
        : dockerfile.startsWith(context.folder()) && context.isFetched()
            ? context.folder().relativize(dockerfile).toString()
            : dockerfile.toString();
  }
}
