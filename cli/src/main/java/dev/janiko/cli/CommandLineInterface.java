package dev.janiko.cli;

import static java.util.Objects.requireNonNull;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program's command lines: {@code janiko} with its commands, and {@code executor}. */
public final class CommandLineInterface {
  private static final int USAGE_WIDTH = 100;

  private final Surroundings surroundings;
  private final BuildRunner runner;

  /** Makes the interface; the runner does the builds. */
  public CommandLineInterface(Surroundings surroundings, BuildRunner runner) {
    this.surroundings = requireNonNull(surroundings, "surroundings is null");
    this.runner = requireNonNull(runner, "runner is null");
  }

  /**
   * Runs a command line.
   *
   * @param program the name under which the program was called: {@code executor} is Kaniko's
   *     command line, everything else {@code janiko}
   * @param arguments what follows the name
   * @return the exit code
   */
  public int run(String program, String... arguments) {
    CommandLine line = program.equals("executor") ? executor() : janiko();
    return line.execute(arguments);
  }

  CommandLine janiko() {
    CommandLine build = new CommandLine(new BuildCommand(surroundings, runner));
    ForeignFlags.add(build.getCommandSpec(), ForeignFlag.KANIKO);
    ForeignFlags.add(build.getCommandSpec(), ForeignFlag.DOCKER);
    build.getCommandSpec().usageMessage().footer(ExitCode.HELP);
    CommandLine janiko =
        new CommandLine(new JanikoCommand(surroundings))
            .addSubcommand("build", build)
            .addSubcommand("compare", new CompareCommand(surroundings, runner))
            .addSubcommand("diff", new DiffCommand(surroundings))
            .addSubcommand("completion", new CompletionCommand(surroundings))
            .addSubcommand("version", new VersionCommand(surroundings));
    janiko
        .getCommandSpec()
        .version(Version.line())
        .addOption(
            OptionSpec.builder("--version")
                .versionHelp(true)
                .description("Print the version.")
                .build());
    return configured(janiko);
  }

  CommandLine executor() {
    CommandLine executor =
        new CommandLine(new ExecutorCommand(surroundings, runner))
            .addSubcommand("version", new VersionCommand(surroundings));
    ForeignFlags.add(executor.getCommandSpec(), ForeignFlag.KANIKO);
    executor.getCommandSpec().usageMessage().footer(ExitCode.HELP);
    return configured(executor);
  }

  private CommandLine configured(CommandLine line) {
    addHelp(line);
    line.getSubcommands().values().forEach(CommandLineInterface::addHelp);
    return line.setOut(writer(surroundings.out()))
        .setErr(writer(surroundings.err()))
        .setUsageHelpWidth(USAGE_WIDTH)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOverwrittenOptionsAllowed(true)
        .setAbbreviatedOptionsAllowed(false)
        .setParameterExceptionHandler((e, _) -> wrongUsage(e.getCommandLine(), message(e)))
        .setExecutionExceptionHandler((e, command, _) -> {
          if (e instanceof UsageException) {
            return wrongUsage(command, String.valueOf(e.getMessage()));
          }
          throw e;
        });
  }

  private static void addHelp(CommandLine line) {
    line.getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help.")
                .build());
  }

  private int wrongUsage(CommandLine command, String message) {
    String name = command.getCommandSpec().qualifiedName();
    surroundings.err().println(name + ": " + message);
    surroundings.err().println("Try: " + name + " --help");
    return ExitCode.USAGE;
  }

  private static String message(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().getFirst();
      return first.startsWith("-") ? "unknown flag: " + first : "unexpected argument: " + first;
    }
    String text = String.valueOf(e.getMessage());
    return Arrays.stream(text.split("\n", -1)).findFirst().orElse(text);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }
}
