package dev.janiko.cli.build;

import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.cli.options.LogFlags;
import dev.janiko.cli.progress.JsonRenderer;
import dev.janiko.cli.progress.Output;
import dev.janiko.cli.progress.PlainRenderer;
import dev.janiko.cli.progress.QuietRenderer;
import dev.janiko.cli.progress.Renderer;
import dev.janiko.cli.progress.TtyRenderer;
import dev.janiko.cli.progress.Window;
import java.time.InstantSource;
import java.util.Optional;

/** How a build is shown. */
enum ProgressForm {
  /** Live on a terminal, else as plain lines. */
  AUTO,
  /** As plain lines. */
  PLAIN,
  /** Live; plain after all if there is no terminal. */
  TTY,
  /** As JSON objects, a line each. */
  JSON,
  /** The digest alone. */
  QUIET;

  /** Returns the form that a word names. */
  static ProgressForm of(String word) {
    return switch (word) {
      case "auto" -> AUTO;
      case "plain" -> PLAIN;
      case "tty" -> TTY;
      case "json", "rawjson" -> JSON;
      case "quiet" -> QUIET;
      default ->
          throw new UsageException("--progress is auto, plain, tty, json or quiet, not " + word);
    };
  }

  /** Starts showing. */
  Renderer start(Surroundings surroundings, LogFlags log) {
    Optional<Window> window = surroundings.window().get();
    boolean colorful =
        log.color()
            && window.isPresent()
            && surroundings.environment().getOrDefault("NO_COLOR", "").isEmpty();
    Output output =
        new Output(
            surroundings.err(), InstantSource.system(), log.level(), log.timestamp(), colorful);
    return switch (this) {
      case JSON -> new JsonRenderer(output);
      case QUIET -> new QuietRenderer(surroundings.out(), surroundings.err());
      case PLAIN -> new PlainRenderer(output);
      case AUTO, TTY ->
          window.isPresent() && !log.timestamp()
              ? TtyRenderer.start(output, () -> surroundings.window().get().orElse(Window.USUAL))
              : new PlainRenderer(output);
    };
  }
}
