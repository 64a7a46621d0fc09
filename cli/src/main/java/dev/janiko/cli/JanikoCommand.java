package dev.janiko.cli;

import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.invocation.Surroundings;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code janiko}, which has commands only. */
@Command(
    name = "janiko",
    description = "Builds container images from Dockerfiles with no daemon and no privileges.")
final class JanikoCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Spec private @Nullable CommandSpec spec;

  JanikoCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (spec != null) {
      spec.commandLine().usage(surroundings.err());
    }
    return ExitCode.USAGE;
  }
}
