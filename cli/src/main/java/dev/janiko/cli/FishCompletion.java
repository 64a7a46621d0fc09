package dev.janiko.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Writes fish's {@code complete} commands, which picocli does not. */
final class FishCompletion {
  private FishCompletion() {}

  /** Returns the script for a program with commands. */
  static String script(CommandLine program) {
    StringBuilder script = new StringBuilder();
    String begin = "complete -c " + program.getCommandName();
    for (Map.Entry<String, CommandLine> command : program.getSubcommands().entrySet()) {
      script
          .append(begin)
          .append(" -f -n __fish_use_subcommand -a ")
          .append(command.getKey())
          .append(" -d ")
          .append(quoted(command.getValue().getCommandSpec().usageMessage().description()))
          .append('\n');
      String condition = begin + " -n " + quoted("__fish_seen_subcommand_from " + command.getKey());
      for (OptionSpec option : command.getValue().getCommandSpec().options()) {
        if (!option.hidden()) {
          script.append(condition).append(option(option)).append('\n');
        }
      }
    }
    return script.toString().stripTrailing();
  }

  private static String option(OptionSpec option) {
    StringBuilder text = new StringBuilder();
    for (String name : option.names()) {
      text.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (option.arity().min() > 0) {
      text.append(" -r");
    }
    return text.append(" -d ").append(quoted(option.description())).toString();
  }

  private static String quoted(String... words) {
    return "'" + String.join(" ", words).replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
