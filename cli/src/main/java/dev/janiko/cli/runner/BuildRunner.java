package dev.janiko.cli.runner;

import dev.janiko.builder.event.BuildListener;
import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.cli.options.BuildOptions;
import java.io.PrintStream;

/** Does what a command line asks for. */
@FunctionalInterface
public interface BuildRunner {
  /**
   * Builds. Failures are told to the listener as {@code BuildFailed} and in the exit code; the
   * thread's interruption ends the build, undoes what it did to the machine, and returns.
   *
   * @return an exit code of {@link ExitCode}, or that of a command in the Dockerfile that failed
   */
  int run(BuildOptions options, BuildListener listener);

  /**
   * Prints what would be built, and builds nothing.
   *
   * @return an exit code
   */
  default int plan(BuildOptions options, BuildListener listener, PrintStream out) {
    throw new UsageException("--dryrun is for this program's own builds");
  }
}
