package dev.janiko.cli.invocation;

import static java.util.Objects.requireNonNull;

import dev.janiko.cli.progress.Window;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a command line runs in.
 *
 * @param environment the environment's variables
 * @param architecture the machine, as Java's {@code os.arch} names it
 * @param out standard output, in UTF-8
 * @param err standard error, in UTF-8
 * @param window tells the size of the window behind standard error; empty if that is no terminal
 */
public record Surroundings(
    Map<String, String> environment,
    String architecture,
    PrintStream out,
    PrintStream err,
    Supplier<Optional<Window>> window) {
  /** Keeps its own copy of the environment. */
  public Surroundings {
    environment = Map.copyOf(environment);
    requireNonNull(architecture, "architecture is null");
    requireNonNull(out, "out is null");
    requireNonNull(err, "err is null");
    requireNonNull(window, "window is null");
  }
}
