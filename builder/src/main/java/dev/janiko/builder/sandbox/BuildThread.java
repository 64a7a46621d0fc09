package dev.janiko.builder.sandbox;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Mounts;
import dev.janiko.builder.linux.Namespaces;
import dev.janiko.builder.linux.Namespaces.Space;
import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The thread a build in namespaces runs on: it has a mount namespace of its own.
 *
 * <p>What is mounted there is seen by it and by the platform threads that it and its descendants
 * start, by no other thread and no other process, and is gone when the last of them ends, however
 * that happens. Pools that are used by a build must therefore start their threads from it; virtual
 * threads run on carriers from elsewhere and must not touch a stage's files.
 */
public final class BuildThread {
  private BuildThread() {}

  /**
   * Does work on a new build thread and waits for it; an interruption is passed on to it.
   *
   * @throws SandboxException if mounts cannot be had apart here
   * @throws Exception what the work threw
   */
  public static <T> T call(Callable<T> work) throws Exception {
    requireNonNull(work, "work is null");
    FutureTask<T> task =
        new FutureTask<>(() -> {
          separateMounts();
          return work.call();
        });
    Thread thread = Thread.ofPlatform().name("build").start(task);
    boolean interrupted = false;
    while (true) {
      try {
        T result = task.get();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        return result;
      } catch (InterruptedException e) {
        interrupted = true;
        thread.interrupt();
      } catch (ExecutionException e) {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        throw unwrapped(e);
      }
    }
  }

  private static Exception unwrapped(ExecutionException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return e.getCause() instanceof Exception cause ? cause : e;
  }

  private static void separateMounts() throws SandboxException {
    try {
      Namespaces.unshare(Set.of(Space.MOUNTS));
      Mounts.makePrivate(UnixPath.of("/"));
    } catch (IOException e) {
      throw new SandboxException(
          "mounts of its own are not allowed here (they need CAP_SYS_ADMIN): " + e.getMessage(), e);
    }
  }

  /** Fails unless the calling thread is a build thread or started by one. */
  static void require() {
    Path own = Path.of("/proc/thread-self/ns/mnt");
    Path process = Path.of("/proc/self/ns/mnt");
    boolean separate;
    try {
      separate = !Files.readSymbolicLink(own).equals(Files.readSymbolicLink(process));
    } catch (IOException e) {
      throw new IllegalStateException("cannot tell the thread's mount namespace", e);
    }
    if (!separate) {
      throw new IllegalStateException(
          "this thread has the process's mounts: stages are opened within BuildThread.call");
    }
  }
}
