package dev.janiko.cli;

import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.UsageException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code janiko completion}: what a shell needs to complete this program's command lines. */
@Command(
    name = "completion",
    description = "Prints a script that completes command lines.",
    footer = {
      "",
      "bash, zsh: source <(janiko completion bash)",
      "fish: janiko completion fish | source"
    })
final class CompletionCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
  private String shell = "";

  CompletionCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("runs as a command only");
    }
    CommandLine program = spec.root().commandLine();
    String script =
        switch (shell) {
          case "bash", "zsh" -> AutoComplete.bash(program.getCommandName(), program);
          case "fish" -> FishCompletion.script(program);
          default ->
              throw new UsageException("completion is for bash, zsh or fish, not for " + shell);
        };
    surroundings.out().println(script);
    return ExitCode.OK;
  }
}
