package dev.janiko.cli;

import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.invocation.Home;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.lint.BuilderLintRunner;
import dev.janiko.cli.options.BuildOptions;
import dev.janiko.cli.progress.Window;
import dev.janiko.cli.runner.BuilderRunner;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * A short run of what command lines do, from which the build makes the distribution's AOT cache:
 * what is loaded here need not be loaded, verified and linked again in every run.
 */
public final class Rehearsal {
  private static final int BUILD_ARGUMENTS = 3;

  private Rehearsal() {}

  /**
   * Rehearses.
   *
   * @param args a registry with an image {@code base}, a context that builds upon it, and a folder
   *     for the store; or nothing to rehearse command lines alone
   * @throws GeneralSecurityException if there is no TLS
   * @throws SSLException if a handshake cannot begin
   * @throws IllegalStateException if a command line did not do what it does
   */
  public static void main(String[] args) throws GeneralSecurityException, SSLException {
    beginHandshake();
    Preparation.beginTransfer();
    Main.main(new String[] {"version"});
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    for (Optional<Window> window : List.of(Optional.<Window>empty(), Optional.of(Window.USUAL))) {
      Surroundings surroundings =
          new Surroundings(Map.of(), "amd64", nowhere, nowhere, () -> window);
      CommandLineInterface program =
          new CommandLineInterface(surroundings, Rehearsal::build, (_, _) -> true);
      expect(ExitCode.OK, program.run("janiko", "build", "--no-push", "-t", "a", "."));
      expect(ExitCode.OK, program.run("executor", "--no-push", "-d", "a", "--log-format=json"));
      expect(ExitCode.OK, program.run("janiko", "build", "--help"));
      expect(ExitCode.USAGE, program.run("janiko", "build", "--cache"));
    }
    if (args.length == BUILD_ARGUMENTS) {
      buildForReal(args[0], args[1], args[2]);
    }
    System.exit(ExitCode.OK); // which loads classes, too
  }

  /** Builds as far as this place allows: without it a distribution starts more slowly, no more. */
  private static void buildForReal(String registry, String context, String store) {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
    Map<String, String> environment = Map.of("JANIKO_STORE", store);
    Surroundings surroundings =
        new Surroundings(environment, "amd64", out, out, () -> Optional.empty());
    BuilderRunner runner = new BuilderRunner(environment, Home.folder());
    CommandLineInterface program =
        new CommandLineInterface(
            surroundings,
            runner,
            new BuilderLintRunner(environment, InputStream.nullInputStream()));
    int code =
        program.run(
            "janiko",
            "build",
            "--build-arg=REGISTRY=" + registry,
            "--destination=" + registry + "/made",
            "--progress=plain",
            context);
    program.run("janiko", "inspect", registry + "/base");
    Main.run("janiko", "copy", registry + "/base", registry + "/copied");
    if (code != ExitCode.OK) {
      System.out.println("rehearsed without a build, which ended with " + code + ":\n" + shown);
    }
  }

  /** Prepares what a client first says to a registry. */
  private static void beginHandshake() throws GeneralSecurityException, SSLException {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine("localhost", 443);
    engine.setUseClientMode(true);
    ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), hello);
  }

  private static int build(BuildOptions options, BuildListener listener) {
    String name = options.outputs().names().getFirst();
    listener.on(new BuildEvent.BuildStarted(name, 1, 1));
    listener.on(new BuildEvent.StageStarted(1, name, 1));
    listener.on(new BuildEvent.StepStarted(1, name, 1, 1, name, Optional.empty()));
    listener.on(new BuildEvent.StepOutput(1, name));
    listener.on(new BuildEvent.StepFinished(1, Duration.ofMillis(1), BuildEvent.Outcome.DONE));
    listener.on(new BuildEvent.ImageFinished(name, 1, List.of(), List.of(name)));
    return ExitCode.OK;
  }

  private static void expect(int expected, int code) {
    if (code != expected) {
      throw new IllegalStateException("exit code " + code + " instead of " + expected);
    }
  }
}
