package dev.janiko.cli.progress;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildEvent.BuildFailed;
import dev.janiko.builder.event.BuildEvent.BuildStarted;
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
import dev.janiko.cli.progress.Styled.Style;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows a build live on a terminal: what is over scrolls away, what runs is drawn over in place.
 *
 * <p>A frame is written at once and overwrites line by line instead of clearing first, so nothing
 * flickers. Lines never reach the last column, so none wraps; if the window has become narrower
 * since the last frame, the rows into which the terminal has broken the old lines are counted. The
 * cursor is hidden only within a frame, so a killed process leaves the terminal in order.
 */
public final class TtyRenderer implements Renderer {
  private static final Duration FRAME = Duration.ofMillis(100);
  private static final String ESCAPE = "\u001b[";
  private static final String REST_OF_LINE = ESCAPE + "K";
  private static final String REST_OF_SCREEN = ESCAPE + "J";
  private static final String HIDE_CURSOR = ESCAPE + "?25l";
  private static final String SHOW_CURSOR = ESCAPE + "?25h";

  private final Output output;
  private final Supplier<Window> window;
  private final OutputTails tails = new OutputTails();
  private final LiveBlock live;
  private final Instant begin;
  private final List<Styled> finished = new ArrayList<>();
  private List<Integer> drawnWidths = List.of();
  private boolean closed;
  private @Nullable Thread ticker;

  TtyRenderer(Output output, Supplier<Window> window) {
    this.output = requireNonNull(output, "output is null");
    this.window = requireNonNull(window, "window is null");
    this.begin = output.clock().instant();
    this.live = new LiveBlock(begin, tails);
  }

  /**
   * Makes a renderer that redraws ten times a second until it is closed.
   *
   * @param window tells the window's present size, whenever asked
   */
  public static TtyRenderer start(Output output, Supplier<Window> window) {
    TtyRenderer renderer = new TtyRenderer(output, window);
    renderer.ticker = Thread.ofPlatform().daemon().name("progress").start(renderer::tick);
    return renderer;
  }

  @Override
  public synchronized void on(BuildEvent event) {
    switch (event) {
      case BuildStarted build -> live.build(build);
      case StageStarted _, StageFinished _ -> {}
      case StepStarted step -> live.start(step, now());
      case StepOutput(int id, String line) -> tails.add(id, Text.clean(line, false));
      case StepFinished step -> stepFinished(step);
      case TransferProgress transfer -> live.transfer(transfer, now());
      case Message(Level level, String text) -> message(level, text);
      case Warned warning -> warned(warning);
      case PhaseFinished(String name, Duration duration) ->
          finished.add(Styled.spread("=> " + name, Text.time(duration), columns()).as(Style.DIM));
      case ImageFinished image -> {
        ImageReport.lines(image).forEach(line -> finished.add(Styled.normal(line)));
        String time = Text.time(Duration.between(begin, now()));
        finished.add(new Styled("finished in " + time, Style.BOLD));
      }
      case BuildFailed failure -> failed(failure);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      draw(List.of());
      closed = true;
    }
    if (ticker != null) {
      ticker.interrupt();
    }
  }

  /** Draws what there is to show now. */
  synchronized void frame() {
    if (!closed) {
      draw(live.lines(now(), window.get()));
    }
  }

  private void tick() {
    try {
      while (true) {
        Thread.sleep(FRAME);
        frame();
      }
    } catch (InterruptedException expected) {
      Thread.currentThread().interrupt(); // closed: nothing is left to draw
    }
  }

  private void stepFinished(StepFinished step) {
    StepStarted started = live.finish(step);
    if (step.outcome() != Outcome.FAILED) {
      tails.forget(step.id());
    }
    if (started == null) {
      return;
    }
    String title = PlainRenderer.title(started);
    String time = Text.time(step.duration());
    finished.add(
        switch (step.outcome()) {
          case DONE -> Styled.spread("=> " + title, time, columns());
          case CACHED -> Styled.spread("=> CACHED " + title, time, columns());
          case FAILED -> Styled.spread("=> ERROR " + title, time, columns()).as(Style.BAD);
          case CANCELED -> Styled.spread("=> CANCELED " + title, time, columns()).as(Style.DIM);
        });
  }

  private void message(Level level, String text) {
    if (output.shows(level)) {
      Style style =
          switch (level) {
            case DEBUG -> Style.DIM;
            case INFO -> Style.NORMAL;
            case WARNING -> Style.CAREFUL;
            case ERROR -> Style.BAD;
          };
      finished.add(new Styled(Messages.line(level, Text.clean(text, false)), style));
    }
  }

  private void warned(Warned warning) {
    if (output.shows(Level.WARNING)) {
      for (String line : WarningReport.lines(warning)) {
        boolean title = line.startsWith("WARNING:");
        finished.add(new Styled(line, title ? Style.CAREFUL : Style.NORMAL));
      }
    }
  }

  private void failed(BuildFailed failure) {
    List<String> tail =
        failure.step().isPresent() ? tails.of(failure.step().getAsInt()) : List.of();
    for (String line : FailureReport.lines(failure, tail)) {
      boolean bad = line.startsWith("ERROR:") || line.contains(" | >>>");
      finished.add(new Styled(line, bad ? Style.BAD : Style.NORMAL));
    }
  }

  private void draw(List<Styled> lines) {
    if (finished.isEmpty() && lines.isEmpty() && drawnWidths.isEmpty()) {
      return;
    }
    StringBuilder frame = new StringBuilder(HIDE_CURSOR).append('\r');
    int up = rowsDrawn(window.get().columns());
    if (up > 0) {
      frame.append(ESCAPE).append(up).append('A');
    }
    List<Styled> all = new ArrayList<>(finished);
    all.addAll(lines);
    int columns = window.get().columns();
    for (Styled line : all) {
      frame.append(overwriting(line, columns)).append("\r\n");
    }
    frame.append(REST_OF_SCREEN).append(SHOW_CURSOR);
    output.stream().print(frame);
    output.stream().flush();
    finished.clear();
    drawnWidths = lines.stream().map(line -> Text.width(line.text())).toList();
  }

  /**
   * Returns a line with what erases the rest of what was there. A line that wraps has erased
   * everything below beforehand: after its last column, "the rest" would be that column.
   */
  private String overwriting(Styled line, int columns) {
    String text = line.render(output.color());
    return Text.width(line.text()) < columns ? text + REST_OF_LINE : REST_OF_SCREEN + text;
  }

  private int rowsDrawn(int columns) {
    return drawnWidths.stream().mapToInt(w -> Math.max(1, (w + columns - 1) / columns)).sum();
  }

  private int columns() {
    return window.get().columns() - 1;
  }

  private Instant now() {
    return output.clock().instant();
  }
}
