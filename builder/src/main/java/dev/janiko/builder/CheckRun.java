package dev.janiko.builder;

import dev.janiko.builder.event.BuildEvent.Advice;
import dev.janiko.builder.event.BuildEvent.Warned;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.builder.event.Excerpt;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.dockerfile.Dockerfile;
import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.check.BaseFacts;
import dev.janiko.dockerfile.check.BuildChecks;
import dev.janiko.dockerfile.check.CheckContext;
import dev.janiko.dockerfile.check.CheckWarning;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.image.RunConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * The build checks of one Dockerfile: first with what it says itself, then with what is known of
 * the images that its stages start from. What was told once is not told again. Thread-safe.
 */
final class CheckRun {
  private final Dockerfile dockerfile;
  private final String fileName;
  private final Question question;
  private final BuildListener listener;
  private final Set<CheckWarning> told = new LinkedHashSet<>();

  /**
   * What is asked.
   *
   * @param target the stage that is built; all are looked at if it is empty
   * @param buildArgs the build arguments
   * @param ignored the paths that are not part of the context
   */
  record Question(Optional<String> target, Map<String, String> buildArgs, PatternMatcher ignored) {}

  /**
   * Sets checks up.
   *
   * @param fileName the Dockerfile's name as its user would say it
   * @param listener hears of each warning
   */
  CheckRun(Dockerfile dockerfile, String fileName, Question question, BuildListener listener) {
    this.dockerfile = dockerfile;
    this.fileName = fileName;
    this.question = question;
    this.listener = listener;
  }

  /**
   * Looks at the Dockerfile alone, and tells what it finds.
   *
   * @throws BuildException if the options of the checks are wrong
   */
  void looks() {
    looks(_ -> Optional.empty());
  }

  /** Looks at it with what is known of images, and tells what it finds beyond what was told. */
  synchronized void looks(IntFunction<Optional<BaseFacts>> bases) {
    for (CheckWarning warning : checks(bases).run()) {
      if (told.add(warning)) {
        listener.on(
            new Warned(
                warning.rule().title(),
                warning.message(),
                new Advice(warning.rule().description(), warning.rule().url()),
                Excerpt.of(fileName, dockerfile.text(), warning.range(), warning.culprit())));
      }
    }
  }

  /**
   * Fails if something was told and the Dockerfile, or an argument, wants that to be an error.
   *
   * @throws BuildException that says so
   */
  synchronized void judge() {
    if (told.isEmpty() || !checks(_ -> Optional.empty()).options().error()) {
      return;
    }
    CheckWarning first = told.iterator().next();
    String rules =
        told.stream()
            .map(warning -> warning.rule().title())
            .distinct()
            .collect(Collectors.joining(", "));
    BuildException failure =
        BuildException.at(
            first.range(), Kind.DOCKERFILE, "lint violation found for rules: " + rules);
    List<String> texts = new ArrayList<>();
    told.forEach(warning -> texts.add(warning.toString()));
    throw first
        .culprit()
        .map(failure::about)
        .orElse(failure)
        .withHint("the check option error=true asks for this: " + String.join("; ", texts));
  }

  private BuildChecks checks(IntFunction<Optional<BaseFacts>> bases) {
    try {
      return BuildChecks.of(
          dockerfile,
          new CheckContext(question.target(), question.buildArgs(), question.ignored(), bases));
    } catch (DockerfileException e) {
      throw BuildException.of(Kind.DOCKERFILE, e.getMessage(), e);
    }
  }

  /** What checks want to know of an image. */
  static BaseFacts facts(ImageConfig config, Platform wanted) {
    RunConfig run = config.run();
    Map<String, String> environment = new LinkedHashMap<>();
    for (String variable : run.env()) {
      int equals = variable.indexOf('=');
      environment.put(
          equals < 0 ? variable : variable.substring(0, equals),
          equals < 0 ? "" : variable.substring(equals + 1));
    }
    Platform actual = config.platform();
    boolean same =
        actual.os().equals(wanted.os()) && actual.architecture().equals(wanted.architecture());
    return new BaseFacts(
        environment,
        !run.shell().isEmpty(),
        same ? "" : actual.toString(),
        same ? "" : wanted.toString());
  }
}
