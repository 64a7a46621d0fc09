package dev.janiko.cli.progress;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildEvent.BuildFailed;
import dev.janiko.builder.event.BuildEvent.ImageFinished;
import dev.janiko.builder.event.BuildEvent.StepOutput;
import java.io.PrintStream;
import java.util.List;

/** Says nothing but the image's digest, or why there is none. */
public final class QuietRenderer implements Renderer {
  private final PrintStream out;
  private final PrintStream err;
  private final OutputTails tails = new OutputTails();

  /**
   * Makes a renderer.
   *
   * @param out receives the digest
   * @param err receives the report of a failure
   */
  public QuietRenderer(PrintStream out, PrintStream err) {
    this.out = requireNonNull(out, "out is null");
    this.err = requireNonNull(err, "err is null");
  }

  @Override
  public synchronized void on(BuildEvent event) {
    switch (event) {
      case ImageFinished image -> out.println(image.digest());
      case StepOutput(int id, String line) -> tails.add(id, Text.clean(line, false));
      case BuildEvent.StepFinished(int id, var _, var outcome) -> {
        if (outcome != BuildEvent.Outcome.FAILED) {
          tails.forget(id);
        }
      }
      case BuildFailed failure ->
          FailureReport.lines(
                  failure,
                  failure.step().isPresent() ? tails.of(failure.step().getAsInt()) : List.of())
              .stream()
              .dropWhile(String::isEmpty)
              .forEach(err::println);
      case BuildEvent.BuildStarted _,
          BuildEvent.StageStarted _,
          BuildEvent.StageFinished _,
          BuildEvent.StepStarted _,
          BuildEvent.TransferProgress _,
          BuildEvent.Message _,
          BuildEvent.Warned _,
          BuildEvent.PhaseFinished _ -> {}
    }
  }

  @Override
  public void close() {
    out.flush();
    err.flush();
  }
}
