package dev.janiko.cli.progress;

import dev.janiko.builder.event.BuildEvent.BuildStarted;
import dev.janiko.builder.event.BuildEvent.Direction;
import dev.janiko.builder.event.BuildEvent.StepFinished;
import dev.janiko.builder.event.BuildEvent.StepStarted;
import dev.janiko.builder.event.BuildEvent.TransferProgress;
import dev.janiko.cli.progress.Styled.Style;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What runs at this moment, as the lines that are drawn over again. Not thread-safe. */
final class LiveBlock {
  private static final int OUTPUT_LINES = 5;

  private final Instant begin;
  private final OutputTails tails;
  private final Map<Integer, Running<StepStarted>> steps = new LinkedHashMap<>();
  private final Map<String, Running<TransferProgress>> transfers = new LinkedHashMap<>();
  private int done;
  private int total;

  LiveBlock(Instant begin, OutputTails tails) {
    this.begin = begin;
    this.tails = tails;
  }

  void build(BuildStarted build) {
    total = build.steps();
  }

  void start(StepStarted step, Instant now) {
    steps.put(step.id(), new Running<>(step, now));
  }

  /** Ends a step and returns it as it began; null if it never did. */
  @Nullable StepStarted finish(StepFinished step) {
    done++;
    Running<StepStarted> running = steps.remove(step.id());
    return running == null ? null : running.what();
  }

  void transfer(TransferProgress progress, Instant now) {
    if (progress.finished()) {
      transfers.remove(progress.id());
      return;
    }
    Running<TransferProgress> before = transfers.get(progress.id());
    transfers.put(progress.id(), new Running<>(progress, before == null ? now : before.since()));
  }

  /** Returns the lines, none longer than the window is wide, fewer than it is high. */
  List<Styled> lines(Instant now, Window window) {
    int columns = window.columns() - 1;
    List<Styled> lines = new ArrayList<>();
    String progress = total == 0 ? "" : " %d/%d steps".formatted(Math.min(done, total), total);
    lines.add(
        Styled.spread("building" + progress, Text.time(Duration.between(begin, now)), columns)
            .as(Style.BOLD));
    for (Running<StepStarted> step : steps.values()) {
      addStep(lines, step, now, columns);
    }
    for (Running<TransferProgress> transfer : transfers.values()) {
      lines.add(transferLine(transfer, now, columns));
    }
    int most = Math.max(1, window.rows() - 1);
    if (lines.size() > most) {
      int missing = lines.size() - most + 1;
      lines = new ArrayList<>(lines.subList(0, most - 1));
      lines.add(Styled.normal(Text.fit("… " + missing + " more lines", columns)).as(Style.DIM));
    }
    return lines;
  }

  private void addStep(List<Styled> lines, Running<StepStarted> step, Instant now, int columns) {
    lines.add(
        Styled.spread("=> " + PlainRenderer.title(step.what()), step.time(now), columns)
            .as(Style.ACTIVE));
    List<String> tail = tails.of(step.what().id());
    for (String line : tail.subList(Math.max(0, tail.size() - OUTPUT_LINES), tail.size())) {
      lines.add(Styled.normal(Text.fit("   | " + line, columns)).as(Style.DIM));
    }
  }

  private static Styled transferLine(Running<TransferProgress> transfer, Instant now, int columns) {
    TransferProgress progress = transfer.what();
    String verb = progress.direction() == Direction.PULL ? "pull " : "push ";
    String of = progress.total() < 0 ? "" : " / " + Text.size(progress.total());
    return Styled.spread(
        "=> " + verb + Text.shortDigest(Text.clean(progress.what(), false)),
        Text.size(progress.done()) + of + "  " + transfer.time(now),
        columns);
  }

  /** Something and when it began. */
  private record Running<T>(T what, Instant since) {
    String time(Instant now) {
      return Text.time(Duration.between(since, now));
    }
  }
}
