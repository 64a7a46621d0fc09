package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Child;
import dev.janiko.builder.linux.ExitStatus;
import dev.janiko.builder.linux.Launch;
import dev.janiko.builder.linux.Pipe;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One run of a command, from its launch to the end of all it started.
 *
 * <p>Two threads serve it: one that becomes what the command shall be, launches it and waits for
 * it, and with which the kernel would kill it; one that reads what it writes. The caller waits for
 * them and can be interrupted.
 */
final class Execution {
  /** The part that differs between sandboxes. */
  interface Place {
    /** Prepares and runs the launch; called on a thread of its own, which ends afterwards. */
    Launch launch(Pipe input, Pipe output) throws IOException;

    /** Ends what the command left running; called when the command itself has ended. */
    void endLeftovers() throws IOException;
  }

  private static final ExitStatus NOT_RUN = new ExitStatus.Exited(127);

  private final Command command;
  private final OutputSink sink;
  private final Place place;
  private final AtomicReference<@Nullable Child> running = new AtomicReference<>();
  private volatile boolean killed;

  Execution(Command command, OutputSink sink, Place place) {
    this.command = command;
    this.sink = sink;
    this.place = place;
  }

  /** Runs it to its end. */
  ExitStatus run() throws IOException, InterruptedException {
    try (Pipe output = Pipe.open()) {
      CompletableFuture<Launch> launched = new CompletableFuture<>();
      FutureTask<ExitStatus> life = new FutureTask<>(() -> live(output, launched));
      start("life", life);
      try (Launch launch = await(launched)) {
        output.closeWriteEnd();
        Launch.Failure failure = launch.failure();
        return switch (failure.phase()) {
          case LOOKUP -> Executable.refuse(command, failure, sink);
          case EXECUTION ->
              failure.errno().number() == 0
                  ? supervise(life, output)
                  : Executable.refuse(command, failure, sink);
          case DIRECTORY, ROOT, CREDENTIALS, SETUP -> throw refusal(failure);
        };
      } finally {
        await(life);
      }
    }
  }

  /** The whole life of the command, on a thread with whose end it would be killed. */
  private ExitStatus live(Pipe output, CompletableFuture<Launch> launched) throws IOException {
    Launch launch;
    try {
      launch = launch(output);
    } catch (IOException | RuntimeException | Error e) {
      launched.completeExceptionally(e);
      return NOT_RUN;
    }
    if (launch.failure().errno().number() != 0) {
      launched.complete(launch);
      return NOT_RUN;
    }
    Child child = launch.child();
    running.set(child);
    if (killed) {
      kill();
    }
    launched.complete(launch);
    return child.waitFor();
  }

  /** Kills the command, now or as soon as it runs. Safe from any thread. */
  void kill() {
    killed = true;
    Child child = running.get();
    if (child != null) {
      child.killGroup(Child.KILL);
      child.kill(Child.KILL);
    }
  }

  private Launch launch(Pipe output) throws IOException {
    try (Pipe input = Pipe.open()) {
      input.closeWriteEnd();
      return place.launch(input, output);
    }
  }

  private ExitStatus supervise(FutureTask<ExitStatus> life, Pipe output)
      throws IOException, InterruptedException {
    FutureTask<Boolean> reading = new FutureTask<>(() -> read(output));
    start("output", reading);
    ExitStatus status;
    try {
      status = await(life);
      place.endLeftovers();
    } finally {
      await(reading);
    }
    if (killed && Thread.interrupted()) {
      throw new InterruptedException("the command was killed");
    }
    return status;
  }

  private boolean read(Pipe output) throws IOException {
    try {
      new OutputReader(sink).drain(output.input());
    } catch (RuntimeException | Error e) {
      kill();
      new OutputReader(line -> {}).drain(output.input());
      throw e;
    }
    return true;
  }

  private SandboxException refusal(Launch.Failure failure) {
    String what =
        switch (failure.phase()) {
          case DIRECTORY -> "the working directory " + command.directory() + " cannot be entered: ";
          case CREDENTIALS ->
              "user " + command.user().uid() + ":" + command.user().gid() + " cannot be taken on: ";
          case ROOT, SETUP, LOOKUP, EXECUTION -> "the step's file systems cannot be set up: ";
        };
    return new SandboxException(what + failure.errno().text());
  }

  /** Waits; an interruption kills the command, is waited out, and stays set. */
  private <T> T await(Future<T> task) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
          kill();
        } catch (ExecutionException e) {
          throw unwrapped(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static IOException unwrapped(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof IOException io) {
      return io;
    }
    if (cause instanceof RuntimeException runtime) {
      throw runtime;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new IOException(cause);
  }

  private static <T> void start(String name, FutureTask<T> task) {
    Thread.ofPlatform().name("step-" + name).daemon().start(task);
  }

  /** Does something on a platform thread of its own, whose state may be changed for good. */
  static <T> T onOwnThread(Callable<T> work) throws IOException {
    FutureTask<T> task = new FutureTask<>(work);
    start("mount", task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw unwrapped(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
