package dev.janiko.cli;

import dev.janiko.builder.event.BuildListener;

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
}
