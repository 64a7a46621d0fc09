package dev.janiko.cli;

import dev.janiko.builder.linux.Terminal;
import dev.janiko.cli.progress.Window;
import java.util.Map;
import java.util.Optional;

/** The window behind standard error; asked each time, since people resize it. */
final class TerminalWindow {
  private static final int STANDARD_ERROR = 2;

  private final boolean dumb;

  private TerminalWindow(boolean dumb) {
    this.dumb = dumb;
  }

  static TerminalWindow of(Map<String, String> environment) {
    return new TerminalWindow(environment.getOrDefault("TERM", "dumb").equals("dumb"));
  }

  /** Returns the window's size; empty if standard error is no terminal that can draw. */
  Optional<Window> size() {
    if (dumb || !Terminal.isTerminal(STANDARD_ERROR)) {
      return Optional.empty();
    }
    return Optional.of(
        Terminal.size(STANDARD_ERROR)
            .map(size -> new Window(size.columns(), size.rows()))
            .orElse(Window.USUAL));
  }
}
