package dev.janiko.cli.report;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.event.BuildEvent.Direction;
import dev.janiko.builder.event.BuildEvent.ImageFinished;
import dev.janiko.builder.event.BuildEvent.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a build did, and when.
 *
 * @param name who built, for people
 * @param total how long it took
 * @param steps its steps, in the order they began
 * @param transfers what it moved
 * @param image what it made; empty if it failed
 * @param failure why it failed, if it did
 */
public record BuildRecord(
    String name,
    Duration total,
    List<Step> steps,
    List<Transfer> transfers,
    Optional<ImageFinished> image,
    Optional<String> failure) {
  /** Keeps its own copies of the lists. */
  public BuildRecord {
    requireNonNull(name, "name is null");
    requireNonNull(total, "total is null");
    steps = List.copyOf(steps);
    transfers = List.copyOf(transfers);
    requireNonNull(image, "image is null");
    requireNonNull(failure, "failure is null");
  }

  /**
   * A step, or a phase that is none.
   *
   * @param title its instruction or name
   * @param start since the build's beginning
   * @param duration how long it took
   * @param outcome how it ended
   */
  public record Step(String title, Duration start, Duration duration, Outcome outcome) {
    /** Checks the parts. */
    public Step {
      requireNonNull(title, "title is null");
      requireNonNull(start, "start is null");
      requireNonNull(duration, "duration is null");
      requireNonNull(outcome, "outcome is null");
    }
  }

  /**
   * Bytes that travelled.
   *
   * @param what what travelled
   * @param direction which way
   * @param bytes how many
   * @param start since the build's beginning
   * @param duration how long it took
   */
  public record Transfer(
      String what, Direction direction, long bytes, Duration start, Duration duration) {
    /** Checks the parts. */
    public Transfer {
      requireNonNull(what, "what is null");
      requireNonNull(direction, "direction is null");
    }
  }

  /** The bytes that travelled one way. */
  public long bytes(Direction direction) {
    return transfers.stream()
        .filter(transfer -> transfer.direction() == direction)
        .mapToLong(Transfer::bytes)
        .sum();
  }
}
