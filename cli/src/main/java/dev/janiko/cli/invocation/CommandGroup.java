package dev.janiko.cli.invocation;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that has commands only, and tells them if none is named. */
@Command
public final class CommandGroup implements Callable<Integer> {
  private final Surroundings surroundings;

  @Spec private @Nullable CommandSpec spec;

  private CommandGroup(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** One whose commands are added to it. */
  public static CommandLine of(Surroundings surroundings, String name, String description) {
    CommandLine line = new CommandLine(new CommandGroup(surroundings)).setCommandName(name);
    line.getCommandSpec().usageMessage().description(description);
    return line;
  }

  @Override
  public Integer call() {
    if (spec != null) {
      spec.commandLine().usage(surroundings.err());
    }
    return ExitCode.USAGE;
  }
}
