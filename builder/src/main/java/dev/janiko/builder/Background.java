package dev.janiko.builder;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The threads that work beside a build's steps: on the store's folders and registries, never within
 * the mounts of a sandbox, which only the build's own thread sees.
 *
 * @param transfers any number of threads, for what waits for the network
 * @param layers one thread, so that layers are written in order
 */
record Background(ExecutorService transfers, ExecutorService layers) implements AutoCloseable {
  private static final long LONGEST_END_SECONDS = 5;

  static Background start() {
    return new Background(
        Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("transfer-", 0).factory()),
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("layers").factory()));
  }

  /** Interrupts what still runs and waits a little for it to end. */
  @Override
  public void close() {
    transfers.shutdownNow();
    layers.shutdownNow();
    try {
      boolean ended =
          transfers.awaitTermination(LONGEST_END_SECONDS, TimeUnit.SECONDS)
              && layers.awaitTermination(LONGEST_END_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        // They are daemons: what hangs ends with the process, and the store clears up after it.
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
