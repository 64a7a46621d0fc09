package dev.janiko.cli;

import dev.janiko.cli.progress.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The window behind standard error, as far as it shows without a system call. */
final class TerminalWindow {
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private final Map<String, String> environment;
  private final boolean terminal;

  private TerminalWindow(Map<String, String> environment, boolean terminal) {
    this.environment = environment;
    this.terminal = terminal;
  }

  static TerminalWindow of(Map<String, String> environment) {
    boolean dumb = environment.getOrDefault("TERM", "dumb").equals("dumb");
    return new TerminalWindow(environment, !dumb && isTerminal());
  }

  /** Returns the window's size; empty if standard error is no terminal. */
  Optional<Window> size() {
    return terminal
        ? Optional.of(
            new Window(
                number("COLUMNS", Window.USUAL.columns()), number("LINES", Window.USUAL.rows())))
        : Optional.empty();
  }

  private static boolean isTerminal() {
    try {
      String file = Files.readSymbolicLink(STANDARD_ERROR).toString();
      return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty");
    } catch (IOException expected) {
      return false; // no /proc, or a closed descriptor: nothing to draw on
    }
  }

  private int number(String variable, int otherwise) {
    String text = environment.getOrDefault(variable, "");
    boolean number =
        !text.isEmpty() && text.length() < 6 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return number ? Math.max(1, Integer.parseInt(text)) : otherwise;
  }
}
