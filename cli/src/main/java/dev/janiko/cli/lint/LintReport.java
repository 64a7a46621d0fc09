package dev.janiko.cli.lint;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildEvent.BuildFailed;
import dev.janiko.builder.event.BuildEvent.Warned;
import dev.janiko.builder.event.BuildListener;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects what a check tells. Thread-safe. */
final class LintReport implements BuildListener {
  private final String version;
  private final List<Warned> warnings = new ArrayList<>();
  private @Nullable BuildFailed failure;

  /**
   * Makes an empty report.
   *
   * @param version this program's
   */
  LintReport(String version) {
    this.version = requireNonNull(version, "version is null");
  }

  /** Returns this program's version. */
  String version() {
    return version;
  }

  @Override
  public synchronized void on(BuildEvent event) {
    switch (event) {
      case Warned warned -> warnings.add(warned);
      case BuildFailed failed -> failure = failed;
      default -> {
        // A check tells nothing else that is a finding.
      }
    }
  }

  /** Returns the warnings, in the order of their places. */
  synchronized List<Warned> warnings() {
    List<Warned> sorted = new ArrayList<>(warnings);
    sorted.sort(
        Comparator.comparingInt((Warned it) -> it.excerpt().lines().first())
            .thenComparing(Warned::rule));
    return Collections.unmodifiableList(sorted);
  }

  /** Returns why the Dockerfile cannot be built at all, if it cannot. */
  synchronized Optional<BuildFailed> failure() {
    return Optional.ofNullable(failure);
  }
}
