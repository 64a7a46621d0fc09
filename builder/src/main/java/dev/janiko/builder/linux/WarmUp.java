package dev.janiko.builder.linux;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Links and runs once everything that starting a program needs.
 *
 * <p>The first native call of a JVM costs about a hundred milliseconds, mostly of linking. Begun
 * when the program starts, it is paid for while the network is waited for; and what was run once
 * can be run by a thread that has left the JVM's root.
 */
public final class WarmUp {
  private static final String NOWHERE = "/proc/self/nowhere";

  private WarmUp() {}

  /**
   * Begins to warm up, on a thread of its own.
   *
   * @return completes when done; exceptionally if this machine cannot start programs so
   */
  public static CompletableFuture<Void> begin() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("warm-up")
        .daemon()
        .start(() -> {
          try {
            launchNothing();
            done.complete(null);
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
        PathFd root = PathFd.openDirectory(UnixPath.of("/"));
        Launch launch = Launch.prepare(program, Confinement.as(Credentials.ROOT), input, output)) {
      root.kind();
      root.inside(UnixPath.of("proc"), PathFd.Links.FOLLOW).close();
      if (launch.run()) {
        throw new IllegalStateException("a directory was executed");
      }
      launch.failure();
      MethodHandle spawn = Syscall.function("posix_spawn");
      byte[] nowhere = NOWHERE.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      Native.Scratch scratch = Native.scratch();
      long path = scratch.path(UnixPath.ofBytes(nowhere).raw(), "warm-up").address();
      long cells = scratch.struct.fill((byte) 0).address();
      Syscall.invoke(spawn, cells + 64, path, 0, 0, cells, cells);
      Capabilities.effective();
    }
  }
}
