package dev.janiko.builder.docker;

import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildListener;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Tells of an engine's steps as of our own. Used by one thread. */
final class StepReport {
  private static final String STAGE = "docker";

  private final BuildListener listener;
  private final Map<Integer, Long> running = new HashMap<>();
  private int last;

  StepReport(BuildListener listener) {
    this.listener = listener;
  }

  /** A step of a number out of a total began. */
  void started(int id, int number, int total, String text) {
    running.put(id, System.nanoTime());
    last = id;
    listener.on(new BuildEvent.StepStarted(id, STAGE, number, total, text, Optional.empty()));
  }

  boolean runs(int id) {
    return running.containsKey(id);
  }

  void output(int id, String line) {
    if (running.containsKey(id)) {
      listener.on(new BuildEvent.StepOutput(id, line));
    }
  }

  /** Tells how much of a layer has come. */
  void pulled(String layer, long bytes, long total) {
    listener.on(
        new BuildEvent.TransferProgress(
            "engine " + layer, layer, BuildEvent.Direction.PULL, bytes, total));
  }

  void finished(int id, BuildEvent.Outcome outcome) {
    Long begin = running.remove(id);
    if (begin != null) {
      listener.on(
          new BuildEvent.StepFinished(id, Duration.ofNanos(System.nanoTime() - begin), outcome));
    }
  }

  /** Ends whatever still runs. */
  void end(BuildEvent.Outcome outcome) {
    for (int id : running.keySet().stream().sorted().toList()) {
      finished(id, outcome);
    }
  }

  /** The step that began last. */
  OptionalInt current() {
    return last == 0 ? OptionalInt.empty() : OptionalInt.of(last);
  }
}
