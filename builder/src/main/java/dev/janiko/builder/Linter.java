package dev.janiko.builder;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.context.BuildContext;
import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.plan.PlanOptions;
import dev.janiko.builder.plan.Planner;
import dev.janiko.dockerfile.Dockerfile;
import dev.janiko.dockerfile.Stage;
import dev.janiko.dockerfile.check.BaseFacts;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.image.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Looks at Dockerfiles without building them: everything that the parser and the plan refuse, and
 * all build checks. Immutable.
 */
public final class Linter {
  private static final String STANDARD_INPUT = "<stdin>";

  private final Optional<RegistryClient> registries;

  private Linter(Optional<RegistryClient> registries) {
    this.registries = registries;
  }

  /** A linter that reaches no registry: what depends on a base image is not warned about. */
  public static Linter offline() {
    return new Linter(Optional.empty());
  }

  /** A linter that looks up what base images are like; one that cannot be had is an error. */
  public static Linter with(RegistryClient registries) {
    return new Linter(Optional.of(registries));
  }

  /** A Dockerfile as it was found. */
  private record Found(String name, String text, PatternMatcher ignored) {}

  /**
   * Looks at a Dockerfile.
   *
   * @param listener hears a {@link BuildEvent.Warned} for each finding, and a {@link
   *     BuildEvent.BuildFailed} if it cannot be built at all
   * @return whether nothing was found
   */
  public boolean check(LintRequest request, BuildListener listener) {
    requireNonNull(request, "request is null");
    Findings findings = new Findings(listener);
    Optional<Found> found = Optional.empty();
    try {
      found = Optional.of(find(request));
      check(request, found.get(), findings);
    } catch (BuildException e) {
      Optional<Found> dockerfile = found;
      findings.on(
          new BuildEvent.BuildFailed(
              String.valueOf(e.getMessage()),
              OptionalInt.empty(),
              dockerfile.flatMap(it -> Builder.excerpt(e, it.name(), it.text())),
              OptionalInt.empty(),
              e.hint()));
    }
    return findings.none();
  }

  private static Found find(LintRequest request) {
    if (request.context().isEmpty()) {
      return new Found(STANDARD_INPUT, request.text().orElseThrow(), PatternMatcher.of(List.of()));
    }
    if (request.text().isPresent()) {
      String text = request.text().get();
      BuildContext context =
          BuildContext.open(request.context().get(), text.getBytes(StandardCharsets.UTF_8));
      return new Found(STANDARD_INPUT, text, context.ignored());
    }
    BuildContext context = BuildContext.open(request.context().get());
    return new Found(Builder.shown(context.dockerfile()), Builder.text(context), context.ignored());
  }

  private void check(LintRequest request, Found found, BuildListener listener) {
    Dockerfile dockerfile = Builder.parse(found.text(), found.name());
    PlanOptions options =
        new PlanOptions(request.target(), request.buildArgs(), request.platform(), Platform.host());
    CheckRun checks =
        new CheckRun(
            dockerfile,
            found.name(),
            new CheckRun.Question(request.target(), request.buildArgs(), found.ignored()),
            listener);
    checks.looks();
    Planner.checkStages(dockerfile, options);
    if (registries.isPresent()) {
      RegistryClient client = registries.get();
      Map<String, BaseFacts> known = new HashMap<>();
      checks.looks(stage ->
          Planner.image(dockerfile, stage, options)
              .map(image ->
                  known.computeIfAbsent(
                      image.toString(),
                      _ -> facts(client, image, dockerfile.stages().get(stage)))));
    }
    checks.judge();
  }

  private static BaseFacts facts(RegistryClient client, Planner.BaseImage image, Stage stage) {
    try {
      return CheckRun.facts(
          client.resolve(image.reference(), image.platform()).config(), image.platform());
    } catch (IOException e) {
      throw BuildException.of(
              Kind.BASE_IMAGE, image.reference().familiar() + ": " + e.getMessage(), e)
          .at(stage.from().range())
          .about(stage.from().image());
    }
  }

  private static final class Findings implements BuildListener {
    private final BuildListener listener;
    private boolean none = true;

    Findings(BuildListener listener) {
      this.listener = listener;
    }

    @Override
    public void on(BuildEvent event) {
      none = false;
      listener.on(event);
    }

    boolean none() {
      return none;
    }
  }
}
