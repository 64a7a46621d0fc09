package dev.janiko.builder.linux;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Links and runs once everything that starting a program needs.
 *
 * <p>The first native call of a JVM costs about a hundred milliseconds, mostly of linking. Begun
 * when the program starts, it is paid for while the network is waited for; and what was run once
 * can be run by a thread that has left the JVM's root.
 */
public final class WarmUp {
  private static final String NOWHERE = "/proc/self/nowhere";
  private static final int NO_DESCRIPTOR = -1;

  private WarmUp() {}

  /** Begins to warm up, on a thread of its own, unless it was begun before. */
  public static void begin() {
    Once.DONE.isDone();
  }

  /**
   * Waits until all is warm, beginning if need be.
   *
   * @throws IOException if this machine cannot start programs as this package does
   */
  public static void await() throws IOException {
    try {
      Once.DONE.join();
    } catch (CompletionException e) {
      throw new IOException("programs cannot be started here: " + e.getCause(), e.getCause());
    }
  }

  private static CompletableFuture<Boolean> start() {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("warm-up")
        .daemon()
        .start(() -> {
          try {
            launchNothing();
            done.complete(true);
          } catch (IOException | RuntimeException | LinkageError e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  /** A whole launch that finds nothing to execute; the thread's credentials stay what they are. */
  private static void launchNothing() throws IOException {
    Program program = Program.of("/", List.of("warm-up"), List.of());
    try (Pipe input = Pipe.open();
        Pipe output = Pipe.open();
        Dir root = Dir.open(UnixPath.of("/"));
        Launch launch = Launch.prepare(program, Confinement.as(Credentials.ROOT), input, output)) {
      root.stat();
      if (launch.run()) {
        throw new IllegalStateException("a directory was executed");
      }
      launch.failure();
      launch.execute(Native.scratch().otherPath(NOWHERE, "warm-up").address());
      try {
        new Child(Integer.MAX_VALUE).waitFor();
      } catch (LinuxException expected) {
        expected.errno();
      }
      Mounts.enterRoot(NO_DESCRIPTOR, 0, 0);
      Capabilities.limitBounding(-1);
      Capabilities.effective();
    }
  }

  /** Begun when first asked for. */
  private static final class Once {
    private static final CompletableFuture<Boolean> DONE = start();

    private Once() {}
  }
}
