package dev.janiko.cli.report;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildEvent.BuildFailed;
import dev.janiko.builder.event.BuildEvent.ImageFinished;
import dev.janiko.builder.event.BuildEvent.Outcome;
import dev.janiko.builder.event.BuildEvent.PhaseFinished;
import dev.janiko.builder.event.BuildEvent.StepFinished;
import dev.janiko.builder.event.BuildEvent.StepStarted;
import dev.janiko.builder.event.BuildEvent.TransferProgress;
import dev.janiko.builder.event.BuildListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Notes what a build does, and passes it on. Thread-safe. */
public final class BuildRecorder implements BuildListener {
  private final String name;
  private final BuildListener next;
  private final InstantSource clock;
  private final Instant begin;
  private final Map<Integer, Begun> running = new LinkedHashMap<>();
  private final List<BuildRecord.Step> steps = new ArrayList<>();
  private final Map<String, BuildRecord.Transfer> transfers = new LinkedHashMap<>();
  private final Map<String, Duration> begun = new HashMap<>();
  private Optional<ImageFinished> image = Optional.empty();
  private Optional<String> failure = Optional.empty();

  private record Begun(String title, Duration start) {}

  /** Begins to note; the build's time counts from now. */
  public BuildRecorder(String name, BuildListener next, InstantSource clock) {
    this.name = requireNonNull(name, "name is null");
    this.next = requireNonNull(next, "next is null");
    this.clock = requireNonNull(clock, "clock is null");
    this.begin = clock.instant();
  }

  @Override
  public void on(BuildEvent event) {
    note(event);
    next.on(event);
  }

  private synchronized void note(BuildEvent event) {
    switch (event) {
      case StepStarted step ->
          running.put(step.id(), new Begun("[" + step.stage() + "] " + step.text(), now()));
      case StepFinished step -> finished(step);
      case TransferProgress transfer -> transferred(transfer);
      case PhaseFinished phase ->
          steps.add(
              new BuildRecord.Step(
                  "(" + phase.name() + ")",
                  positive(now().minus(phase.duration())),
                  phase.duration(),
                  Outcome.DONE));
      case ImageFinished made -> image = Optional.of(made);
      case BuildFailed failed -> failure = Optional.of(failed.message());
      case BuildEvent.BuildStarted _,
          BuildEvent.StageStarted _,
          BuildEvent.StageFinished _,
          BuildEvent.StepOutput _,
          BuildEvent.Warned _,
          BuildEvent.Message _ -> {}
    }
  }

  private void finished(StepFinished step) {
    Begun start = running.remove(step.id());
    if (start != null) {
      steps.add(
          new BuildRecord.Step(start.title(), start.start(), step.duration(), step.outcome()));
    }
  }

  private void transferred(TransferProgress transfer) {
    Duration start = begun.computeIfAbsent(transfer.id(), _ -> now());
    transfers.put(
        transfer.id(),
        new BuildRecord.Transfer(
            transfer.what(),
            transfer.direction(),
            transfer.done(),
            start,
            positive(now().minus(start))));
  }

  private static Duration positive(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  private Duration now() {
    return Duration.between(begin, clock.instant());
  }

  /** What was noted up to now. */
  public synchronized BuildRecord result() {
    List<BuildRecord.Step> sorted = new ArrayList<>(steps);
    sorted.sort(Comparator.comparing(BuildRecord.Step::start));
    return new BuildRecord(name, now(), sorted, List.copyOf(transfers.values()), image, failure);
  }
}
