package dev.janiko.cli;

import dev.janiko.builder.event.BuildEvent.BuildFailed;
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
    int code = run(System.getProperty("janiko.command", "janiko"), args);
    System.exit(code);
  }

  static int run(String program, String... args) {
    if (args.length == 1 && (args[0].equals("version") || args[0].equals("--version"))) {
      System.out.println(Version.line()); // without loading the command line first
      return ExitCode.OK;
    }
    Map<String, String> environment = System.getenv();
    TerminalWindow window = TerminalWindow.of(environment);
    Surroundings surroundings =
        new Surroundings(
            environment,
            System.getProperty("os.arch"),
            stream(FileDescriptor.out),
            stream(FileDescriptor.err),
            window::size);
    return new CommandLineInterface(surroundings, Main::build).run(program, args);
  }

  private static int build(BuildOptions options, dev.janiko.builder.event.BuildListener listener) {
    listener.on(
        BuildFailed.of(
            "this program holds no builder that could build " + options.source().context()));
    return ExitCode.FAILURE;
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
