package dev.janiko.cli;

import dev.janiko.builder.linux.ProcessEnd;
import dev.janiko.cli.invocation.Home;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.Version;
import dev.janiko.cli.lint.BuilderLintRunner;
import dev.janiko.cli.registry.RegistryCommands;
import dev.janiko.cli.runner.BuilderRunner;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Where the program starts. */
public final class Main {
  private Main() {}

  /**
   * Runs a command line and ends the process with its exit code. The name of the program is the
   * system property {@code janiko.command}, which the launcher sets.
   */
  public static void main(String[] args) {
    if (asksForVersion(args)) { // needs neither the command line's classes nor an exit
      System.out.println(Version.line());
      return;
    }
    String program = System.getProperty("janiko.command", "janiko");
    if (builds(program, args)) {
      Preparation.beginBuild();
    } else if (transfers(args)) {
      Preparation.beginTransfer();
    }
    int code = run(program, args);
    if (builds(program, args) && !endsBySignal()) {
      ProcessEnd.now(code);
    }
    System.exit(code);
  }

  /**
   * Whether threads of a build may still be about, for which the runtime would wait at its exit.
   */
  private static boolean builds(String program, String... args) {
    return program.equals("executor")
        || (args.length > 0 && (args[0].equals("build") || args[0].equals("compare")));
  }

  private static boolean transfers(String... args) {
    return args.length > 1 && RegistryCommands.TRANSFERS.contains(args[0]);
  }

  /** Whether a signal ends the program already: its exit code counts then, not the build's. */
  private static boolean endsBySignal() {
    try {
      Thread none = new Thread(() -> {}, "none");
      Runtime.getRuntime().addShutdownHook(none);
      Runtime.getRuntime().removeShutdownHook(none);
      return false;
    } catch (IllegalStateException expected) {
      return true;
    }
  }

  private static boolean asksForVersion(String... args) {
    return args.length == 1 && (args[0].equals("version") || args[0].equals("--version"));
  }

  /** Runs a command line and returns its exit code. */
  static int run(String program, String... args) {
    Map<String, String> environment = System.getenv();
    TerminalWindow window = TerminalWindow.of(environment);
    Surroundings surroundings =
        new Surroundings(
            environment,
            System.getProperty("os.arch"),
            stream(FileDescriptor.out),
            stream(FileDescriptor.err),
            window::size);
    BuilderRunner runner = new BuilderRunner(environment, Home.folder());
    return new CommandLineInterface(
            surroundings, runner, new BuilderLintRunner(environment, System.in))
        .run(program, args);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
