package dev.janiko.builder.stage;

import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildEvent.Outcome;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.builder.event.Lines;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.dockerfile.SourceRange;
import dev.janiko.dockerfile.text.UserInfo;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Tells a listener of steps, and remembers which one failed. Safe for use by several threads. */
public final class StepEvents {
  private final BuildListener listener;
  private final AtomicInteger ids = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final Set<Integer> cached = ConcurrentHashMap.newKeySet();

  /** Tells the listener. */
  public StepEvents(BuildListener listener) {
    this.listener = listener;
  }

  /** What a step does; it is told as done, failed or interrupted by how this ends. */
  interface Work<T> {
    T run(int id);
  }

  /** Where a step stands in its stage. */
  record Position(String stage, int number, int total) {}

  <T> T step(Position position, Instruction instruction, Work<T> work) {
    int id = ids.incrementAndGet();
    SourceRange range = instruction.range();
    listener.on(
        new BuildEvent.StepStarted(
            id,
            position.stage(),
            position.number(),
            position.total(),
            UserInfo.hidden(instruction.original().strip().replace('\n', ' ')),
            Optional.of(new Lines(range.startLine(), range.endLine()))));
    long start = System.nanoTime();
    Outcome outcome = Outcome.FAILED;
    try {
      T result = work.run(id);
      outcome = cached.contains(id) ? Outcome.CACHED : Outcome.DONE;
      return result;
    } finally {
      if (outcome == Outcome.FAILED) {
        failed.compareAndSet(0, id);
        outcome = Thread.currentThread().isInterrupted() ? Outcome.CANCELED : Outcome.FAILED;
      }
      listener.on(new BuildEvent.StepFinished(id, since(start), outcome));
    }
  }

  /** The step that is under way needs not be carried out: its result is known. */
  void cached(int id) {
    cached.add(id);
  }

  void output(int id, byte[] line) {
    listener.on(BuildEvent.StepOutput.of(id, line));
  }

  /** The step that failed first, if one did. */
  public OptionalInt failedStep() {
    return failed.get() == 0 ? OptionalInt.empty() : OptionalInt.of(failed.get());
  }

  static Duration since(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
