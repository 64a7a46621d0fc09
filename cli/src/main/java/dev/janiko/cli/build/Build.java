package dev.janiko.cli.build;

import dev.janiko.builder.event.BuildEvent.BuildFailed;
import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.options.BuildOptions;
import dev.janiko.cli.progress.Renderer;
import dev.janiko.cli.runner.BuildRunner;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One build from the command line: runs it, shows it, and ends it in order when a signal comes.
 *
 * <p>Signals end a Java program by running its shutdown hooks. Ours interrupts the build, waits
 * until it has undone what it did to the machine, and leaves the terminal as it was; the exit code
 * is the signal's.
 */
final class Build {
  private static final long LONGEST_END_MILLIS = 20_000;

  private final BuildRunner runner;

  Build(BuildRunner runner) {
    this.runner = runner;
  }

  /** Prints what would be built, and returns the exit code. Closes the renderer. */
  int plan(BuildOptions options, Renderer renderer, PrintStream out) {
    try (renderer) {
      return runner.plan(options, renderer, out);
    }
  }

  /** Builds and returns the exit code. Closes the renderer. */
  int run(BuildOptions options, Renderer renderer, boolean debug) {
    Thread builder = Thread.currentThread();
    CountDownLatch over = new CountDownLatch(1);
    Thread onSignal =
        new Thread(
            () -> {
              builder.interrupt();
              waitFor(over);
              renderer.close();
            },
            "end");
    Runtime.getRuntime().addShutdownHook(onSignal);
    try (renderer) {
      return runner.run(options, renderer);
    } catch (RuntimeException e) {
      renderer.on(BuildFailed.of(describe(e, debug)));
      return ExitCode.FAILURE;
    } finally {
      over.countDown();
      removeHook(onSignal);
    }
  }

  private static String describe(RuntimeException e, boolean debug) {
    if (debug) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      return "internal fault: " + trace;
    }
    return "internal fault: " + e + "; run again with --verbosity debug to see where";
  }

  private static void waitFor(CountDownLatch over) {
    try {
      boolean ended = over.await(LONGEST_END_MILLIS, TimeUnit.MILLISECONDS);
      if (!ended) {
        System.err.println("janiko: the build did not end in time; it is ended now");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Forgets the hook, unless it runs already because a signal ends the program. */
  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException expected) {
      // The signal's exit code counts then, not ours.
    }
  }
}
