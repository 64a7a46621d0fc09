package dev.janiko.cli.invocation;

import java.util.List;

/**
 * How the program ends. A command of a {@code RUN} instruction that fails gives its own exit code.
 */
public final class ExitCode {
  /** All went well. */
  public static final int OK = 0;

  /** The build failed, or reading or writing did. */
  public static final int FAILURE = 1;

  /** The command line is wrong; nothing was done. */
  public static final int USAGE = 2;

  /** Ctrl-C ended it: 128 and the number of SIGINT. */
  public static final int INTERRUPTED = 130;

  /** SIGTERM ended it: 128 and the number of the signal. */
  public static final int TERMINATED = 143;

  /** What {@code --help} says about exit codes, a line each. */
  public static final List<String> HELP =
      List.of(
          "",
          "Exit codes: 0 done; 1 the build failed; 2 wrong command line; 130 and 143 ended by "
              + "Ctrl-C and SIGTERM; a failing RUN command's own exit code otherwise.");

  private ExitCode() {}
}
