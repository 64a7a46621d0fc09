package dev.janiko.cli.invocation;

import dev.janiko.builder.linux.ExitStatus;
import dev.janiko.builder.linux.UserNamespace.Outcome;
import dev.janiko.builder.sandbox.Reentry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Has an ordinary user's command carried out by this program once more, as root of a user
 * namespace, where the place allows that.
 *
 * <p>The second program has this one's standard streams and working directory; this one waits for
 * it, hands signals on, and ends as it did.
 */
public final class Reentering {
  private static final int TERM = 15;
  private static final long LONGEST_END_SECONDS = 25;

  private final Surroundings surroundings;

  /** Sets the second call up; it is made by {@link #instead} alone. */
  public Reentering(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /**
   * Carries the command out elsewhere.
   *
   * @param spec of the command
   * @return its exit code; empty if it is to be carried out here
   */
  public OptionalInt instead(CommandSpec spec) {
    // Only the launcher says how this program is started.
    String name = System.getProperty("janiko.command", "");
    Path program = Home.folder().resolve(name.equals("executor") ? name : "bin/" + name);
    try {
      if (name.isEmpty()
          || !Files.isExecutable(program)
          || !Reentry.isWorthwhile(surroundings.environment())) {
        return OptionalInt.empty();
      }
      List<String> command = new ArrayList<>(List.of(program.toString()));
      command.addAll(spec.root().commandLine().getParseResult().originalArgs());
      return Reentry.start(command, surroundings.environment()) instanceof Outcome.Running running
          ? OptionalInt.of(await(running))
          : OptionalInt.empty();
    } catch (IOException e) {
      // Whatever is possible without it is said, or done, by the command itself.
      return OptionalInt.empty();
    }
  }

  private static int await(Outcome.Running running) throws IOException {
    FutureTask<ExitStatus> life = running.life();
    Thread onSignal = new Thread(() -> end(running), "end");
    Runtime.getRuntime().addShutdownHook(onSignal);
    while (true) {
      try {
        int code = life.get().code();
        Runtime.getRuntime().removeShutdownHook(onSignal);
        return code;
      } catch (InterruptedException e) {
        running.child().kill(TERM);
      } catch (IllegalStateException expected) {
        return ExitCode.INTERRUPTED;
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      }
    }
  }

  private static void end(Outcome.Running running) {
    running.child().kill(TERM);
    try {
      running.life().get(LONGEST_END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      // The kernel kills it when this process ends.
      return;
    }
  }
}
