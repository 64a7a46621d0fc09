package dev.janiko.cli.progress;

import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildEvent.Advice;
import dev.janiko.builder.event.BuildEvent.BuildFailed;
import dev.janiko.builder.event.BuildEvent.BuildStarted;
import dev.janiko.builder.event.BuildEvent.Direction;
import dev.janiko.builder.event.BuildEvent.ImageFinished;
import dev.janiko.builder.event.BuildEvent.Level;
import dev.janiko.builder.event.BuildEvent.Message;
import dev.janiko.builder.event.BuildEvent.Outcome;
import dev.janiko.builder.event.BuildEvent.PhaseFinished;
import dev.janiko.builder.event.BuildEvent.StageStarted;
import dev.janiko.builder.event.BuildEvent.StepFinished;
import dev.janiko.builder.event.BuildEvent.StepOutput;
import dev.janiko.builder.event.BuildEvent.StepStarted;
import dev.janiko.builder.event.BuildEvent.TransferProgress;
import dev.janiko.builder.event.BuildEvent.Warned;
import dev.janiko.builder.event.Excerpt;
import dev.janiko.builder.event.LayerSummary;
import dev.janiko.builder.event.Lines;
import dev.janiko.builder.event.Position;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Time, a stream and the events of two small builds, one of which fails. */
final class TestBuild implements InstantSource {
  static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

  static final BuildEvent STARTED = new BuildStarted("Dockerfile", 1, 2);
  static final BuildEvent STAGE = new StageStarted(1, "build", 1);
  static final BuildEvent FROM = new StepStarted(1, "build", 1, 2, "FROM debian", lines(1, 1));
  static final BuildEvent FROM_DONE = new StepFinished(1, Duration.ofMillis(312), Outcome.CACHED);
  static final BuildEvent RUN =
      new StepStarted(2, "build", 2, 2, "RUN make && make install", lines(2, 3));
  static final BuildEvent RUN_DONE = new StepFinished(2, Duration.ofMillis(1400), Outcome.DONE);
  static final BuildEvent RUN_FAILED = new StepFinished(2, Duration.ofMillis(1400), Outcome.FAILED);
  static final BuildEvent IMAGE =
      new ImageFinished(
          DIGEST,
          75_300_000,
          List.of(
              new LayerSummary(DIGEST, 75_000_000, true), new LayerSummary(DIGEST, 300_000, false)),
          List.of("localhost:5000/app:1"));
  static final BuildEvent PHASE = new PhaseFinished("push", Duration.ofMillis(80));
  static final BuildEvent WARNING = new Message(Level.WARNING, "the tag is old");
  static final BuildEvent CHECKED =
      new Warned(
          "StageNameCasing",
          "Stage name 'B' should be lowercase",
          new Advice("Stage names should be lowercase", "https://example.com/rule"),
          new Excerpt(
              "Dockerfile", List.of("FROM debian AS B"), new Lines(1, 1), new Position(1, 16)));
  static final BuildEvent FAILED =
      new BuildFailed(
          "the command failed with exit code 2",
          OptionalInt.of(2),
          Optional.of(
              new Excerpt(
                  "Dockerfile",
                  List.of("FROM debian", "RUN make && \\", "  make install", "CMD app"),
                  new Lines(2, 3),
                  new Position(2, 5))),
          OptionalInt.of(2),
          Optional.of("install make first"));

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private Instant now = Instant.parse("2026-11-01T12:00:00Z");

  @Override
  public Instant instant() {
    return now;
  }

  void passes(long millis) {
    now = now.plusMillis(millis);
  }

  Output output() {
    return new Output(stream(), this, Level.INFO, false, false);
  }

  PrintStream stream() {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  /** Returns what was written since the last call. */
  byte[] written() {
    byte[] written = bytes.toByteArray();
    bytes.reset();
    return written;
  }

  List<String> writtenLines() {
    return new String(written(), StandardCharsets.UTF_8).lines().toList();
  }

  static BuildEvent output(String line) {
    return new StepOutput(2, line);
  }

  static BuildEvent pull(long done) {
    return new TransferProgress("1", DIGEST, Direction.PULL, done, 10_000_000);
  }

  private static Optional<Lines> lines(int first, int last) {
    return Optional.of(new Lines(first, last));
  }
}
