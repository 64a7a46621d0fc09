package dev.janiko.cli;

import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code version}. */
@Command(name = "version", description = "Prints the version.")
final class VersionCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  VersionCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    surroundings.out().println(Version.line());
    return ExitCode.OK;
  }
}
