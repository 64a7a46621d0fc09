package dev.janiko.cli;

import static java.util.Objects.requireNonNull;

import dev.janiko.cli.build.BuildCommand;
import dev.janiko.cli.build.CompareCommand;
import dev.janiko.cli.build.ExecutorCommand;
import dev.janiko.cli.diff.DiffCommand;
import dev.janiko.cli.foreign.ForeignFlag;
import dev.janiko.cli.foreign.ForeignFlags;
import dev.janiko.cli.invocation.CommandGroup;
import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.cli.invocation.Version;
import dev.janiko.cli.lint.LintCommand;
import dev.janiko.cli.lint.LintRunner;
import dev.janiko.cli.registry.RegistryCommands;
import dev.janiko.cli.runner.BuildRunner;
import dev.janiko.cli.upkeep.CachePruneCommand;
import dev.janiko.cli.upkeep.PruneCommand;
import dev.janiko.cli.upkeep.WarmCommand;
import dev.janiko.dockerfile.text.Suggestion;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program's command lines: {@code janiko} with its commands, and {@code executor}. */
public final class CommandLineInterface {
  private static final int USAGE_WIDTH = 100;
  private static final String COMPLETION = "completion";
  private static final String HELP = "--help";

  private final Surroundings surroundings;
  private final BuildRunner runner;
  private final LintRunner lintRunner;

  /**
   * Makes the interface.
   *
   * @param runner does the builds
   * @param lintRunner does the checks
   */
  public CommandLineInterface(
      Surroundings surroundings, BuildRunner runner, LintRunner lintRunner) {
    this.surroundings = requireNonNull(surroundings, "surroundings is null");
    this.runner = requireNonNull(runner, "runner is null");
    this.lintRunner = requireNonNull(lintRunner, "lintRunner is null");
  }

  /**
   * Runs a command line.
   *
   * @param program the name under which the program was called: {@code executor} and {@code warmer}
   *     are Kaniko's command lines, everything else {@code janiko}
   * @param arguments what follows the name
   * @return the exit code
   */
  public int run(String program, String... arguments) {
    CommandLine line =
        switch (program) {
          case "executor" -> executor(List.of(arguments));
          case "warmer" -> configured(warmer("warmer"));
          default -> janiko(List.of(arguments));
        };
    return line.execute(arguments);
  }

  /** The whole command line of a program. */
  CommandLine line(String program) {
    return switch (program) {
      case "executor" -> executor(List.of(HELP));
      case "warmer" -> configured(warmer("warmer"));
      default -> janiko(List.of());
    };
  }

  /** Commands that are not called are not made: each takes as long as a small transfer. */
  private CommandLine janiko(List<String> arguments) {
    CommandLine janiko = new CommandLine(new JanikoCommand(surroundings));
    Map<String, Supplier<Object>> commands = commands();
    String first = arguments.isEmpty() ? "" : arguments.getFirst();
    boolean alone = commands.containsKey(first) && !first.equals(COMPLETION);
    commands.forEach((name, command) -> {
      if (!alone || name.equals(first)) {
        janiko.addSubcommand(name, command.get());
      }
    });
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

  /** What makes each of the commands, in the order of the help. */
  private Map<String, Supplier<Object>> commands() {
    Map<String, Supplier<Object>> all = new LinkedHashMap<>();
    all.put("build", this::build);
    all.put("lint", () -> new LintCommand(surroundings, lintRunner));
    all.put("prune", () -> new PruneCommand(surroundings));
    all.put(COMPLETION, () -> new CompletionCommand(surroundings));
    all.put("version", () -> new VersionCommand(surroundings));
    all.put(
        "cache",
        () ->
            CommandGroup.of(surroundings, "cache", "Looks after the caches that builds share.")
                .addSubcommand("prune", new CachePruneCommand(surroundings)));
    all.put("warm", () -> warmer("warm"));
    all.put("compare", () -> new CompareCommand(surroundings, runner));
    all.put("diff", () -> new DiffCommand(surroundings));
    all.put("doctor", () -> new DoctorCommand(surroundings));
    all.putAll(new RegistryCommands(surroundings).all());
    return all;
  }

  private CommandLine build() {
    CommandLine build = new CommandLine(new BuildCommand(surroundings, runner, lintRunner));
    ForeignFlags.add(build.getCommandSpec(), ForeignFlag.KANIKO);
    ForeignFlags.add(build.getCommandSpec(), ForeignFlag.DOCKER);
    build.getCommandSpec().usageMessage().footer(ExitCode.HELP.toArray(String[]::new));
    return build;
  }

  private CommandLine executor(List<String> arguments) {
    CommandLine executor = new CommandLine(new ExecutorCommand(surroundings, runner));
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("doctor", () -> new DoctorCommand(surroundings));
    commands.put("version", () -> new VersionCommand(surroundings));
    commands.putAll(new RegistryCommands(surroundings).ofKaniko());
    boolean all = arguments.contains("-h") || arguments.contains(HELP);
    commands.forEach((name, command) -> {
      if (all || arguments.contains(name)) {
        executor.addSubcommand(name, command.get());
      }
    });
    ForeignFlags.add(executor.getCommandSpec(), ForeignFlag.KANIKO);
    executor.getCommandSpec().usageMessage().footer(ExitCode.HELP.toArray(String[]::new));
    return configured(executor);
  }

  private CommandLine warmer(String name) {
    CommandLine warmer = new CommandLine(new WarmCommand(surroundings, System.in));
    warmer.setCommandName(name);
    ForeignFlags.add(warmer.getCommandSpec(), ForeignFlag.WARMER);
    warmer.addSubcommand("version", new VersionCommand(surroundings));
    return warmer;
  }

  private CommandLine configured(CommandLine line) {
    addHelp(line);
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
            OptionSpec.builder("-h", HELP).usageHelp(true).description("Show this help.").build());
    line.getSubcommands().values().forEach(CommandLineInterface::addHelp);
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
      if (!first.startsWith("-")) {
        return "unexpected argument: " + first;
      }
      String name = first.contains("=") ? first.substring(0, first.indexOf('=')) : first;
      List<String> known =
          e.getCommandLine().getCommandSpec().optionsMap().keySet().stream().sorted().toList();
      return "unknown flag: " + first + Suggestion.hint(Suggestion.nearest(name, known));
    }
    String text = String.valueOf(e.getMessage());
    return Arrays.stream(text.split("\n", -1)).findFirst().orElse(text);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }
}
