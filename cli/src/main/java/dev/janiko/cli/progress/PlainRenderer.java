package dev.janiko.cli.progress;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildEvent.BuildFailed;
import dev.janiko.builder.event.BuildEvent.BuildStarted;
import dev.janiko.builder.event.BuildEvent.Direction;
import dev.janiko.builder.event.BuildEvent.ImageFinished;
import dev.janiko.builder.event.BuildEvent.Level;
import dev.janiko.builder.event.BuildEvent.Message;
import dev.janiko.builder.event.BuildEvent.Outcome;
import dev.janiko.builder.event.BuildEvent.PhaseFinished;
import dev.janiko.builder.event.BuildEvent.StageFinished;
import dev.janiko.builder.event.BuildEvent.StageStarted;
import dev.janiko.builder.event.BuildEvent.StepFinished;
import dev.janiko.builder.event.BuildEvent.StepOutput;
import dev.janiko.builder.event.BuildEvent.StepStarted;
import dev.janiko.builder.event.BuildEvent.TransferProgress;
import dev.janiko.builder.event.BuildEvent.Warned;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes a line for everything that happens, each beginning with the number of its step, so that
 * steps that run side by side can be told apart.
 *
 * <pre>
 * #3 [build 2/4] RUN make
 * #3 0.312 cc -c main.c
 * #3 DONE 1.4s
 * </pre>
 */
public final class PlainRenderer implements Renderer {
  private static final Duration REPORT_EVERY = Duration.ofSeconds(5);

  private final Output output;
  private final OutputTails tails = new OutputTails();
  private final Map<Integer, Instant> started = new HashMap<>();
  private final Map<String, Transfer> transfers = new HashMap<>();
  private final Instant begin;

  /** Makes a renderer; the build's time counts from now. */
  public PlainRenderer(Output output) {
    this.output = requireNonNull(output, "output is null");
    this.begin = output.clock().instant();
  }

  @Override
  public synchronized void on(BuildEvent event) {
    switch (event) {
      case BuildStarted(String dockerfile, int stages, int steps) ->
          told(
              "building %s: %s, %s"
                  .formatted(dockerfile, count(stages, "stage"), count(steps, "step")));
      case StageStarted(int index, String name, int total) ->
          told("stage %d/%d %s".formatted(index, total, name));
      case StageFinished _ -> {}
      case StepStarted step -> stepStarted(step);
      case StepOutput(int id, String line) -> stepOutput(id, line);
      case StepFinished step -> stepFinished(step);
      case TransferProgress transfer -> transferred(transfer);
      case Message(Level level, String text) -> message(level, text);
      case Warned warning -> {
        if (output.shows(Level.WARNING)) {
          WarningReport.lines(warning).forEach(this::raw);
        }
      }
      case PhaseFinished(String name, Duration duration) ->
          told("%s %s".formatted(name, Text.time(duration)));
      case ImageFinished image -> {
        ImageReport.lines(image).forEach(this::told);
        told("finished in %s".formatted(Text.time(Duration.between(begin, now()))));
      }
      case BuildFailed failure ->
          FailureReport.lines(
                  failure,
                  failure.step().isPresent() ? tails.of(failure.step().getAsInt()) : List.of())
              .forEach(this::raw);
    }
    output.stream().flush();
  }

  @Override
  public void close() {
    output.stream().flush();
  }

  private void stepStarted(StepStarted step) {
    started.put(step.id(), now());
    told("#%d %s".formatted(step.id(), title(step)));
  }

  /** Returns a step's title, as all forms show it. */
  static String title(StepStarted step) {
    return "[%s %d/%d] %s"
        .formatted(step.stage(), step.number(), step.total(), Text.clean(step.text(), false));
  }

  private void stepOutput(int id, String line) {
    tails.add(id, Text.clean(line, false));
    double seconds = Duration.between(started.getOrDefault(id, begin), now()).toMillis() / 1000.0;
    raw(String.format(Locale.ROOT, "#%d %.3f ", id, seconds) + Text.clean(line, output.color()));
  }

  private void stepFinished(StepFinished step) {
    started.remove(step.id());
    if (step.outcome() != Outcome.FAILED) {
      tails.forget(step.id());
    }
    String time = Text.time(step.duration());
    told(
        switch (step.outcome()) {
          case DONE -> "#%d DONE %s".formatted(step.id(), time);
          case CACHED -> "#%d CACHED".formatted(step.id());
          case FAILED -> "#%d ERROR %s".formatted(step.id(), time);
          case CANCELED -> "#%d CANCELED %s".formatted(step.id(), time);
        });
  }

  private void transferred(TransferProgress progress) {
    Transfer transfer = transfers.computeIfAbsent(progress.id(), _ -> new Transfer(now(), now()));
    String verb = progress.direction() == Direction.PULL ? "pull" : "push";
    if (progress.finished()) {
      transfers.remove(progress.id());
      told(
          "%s %s %s %s"
              .formatted(
                  verb,
                  progress.what(),
                  Text.size(progress.total()),
                  Text.time(Duration.between(transfer.started(), now()))));
    } else if (Duration.between(transfer.reported(), now()).compareTo(REPORT_EVERY) >= 0) {
      transfers.put(progress.id(), new Transfer(transfer.started(), now()));
      String of = progress.total() < 0 ? "" : " / " + Text.size(progress.total());
      told("%s %s %s%s".formatted(verb, progress.what(), Text.size(progress.done()), of));
    }
  }

  private void message(Level level, String text) {
    if (output.shows(level)) {
      raw(Messages.line(level, text));
    }
  }

  /** Writes what is good to know but no output of a command and no failure. */
  private void told(String line) {
    if (output.shows(Level.INFO)) {
      raw(line);
    }
  }

  private void raw(String line) {
    String time = output.timestamps() ? now().truncatedTo(ChronoUnit.MILLIS).toString() + " " : "";
    output.stream().print(time + line + "\n");
  }

  private Instant now() {
    return output.clock().instant();
  }

  private static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** When a transfer began and when it was last reported. */
  private record Transfer(Instant started, Instant reported) {}
}
