package dev.janiko.registry;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Threads that wait for networks, and let go of them when they are interrupted, as virtual threads
 * do. They are none because sockets of virtual threads are watched by a thread inside the kernel,
 * for which the runtime waits a third of a second when a program ends: longer than many a transfer
 * takes.
 */
public final class Workers {
  private static final int IDLE_SECONDS = 5;

  private Workers() {}

  /**
   * A pool that makes threads as work comes in.
   *
   * @param width the most pieces of work that are done at a time; further ones wait
   */
  public static ExecutorService pool(int width) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            width,
            width,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Workers::thread);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Something to do on a connection, such as reading from it. */
  @FunctionalInterface
  public interface Use {
    /** Does it and returns how many bytes there were. */
    int run() throws IOException;
  }

  /**
   * Uses a connection in such a way that an interrupt of the thread, if it is one of these, closes
   * it, which ends the use.
   *
   * @throws InterruptedIOException if the thread was interrupted before
   * @throws IOException if the use fails
   */
  public static int use(Closeable connection, Use use) throws IOException {
    if (!(Thread.currentThread() instanceof Worker worker)) {
      return use.run();
    }
    worker.hold(connection);
    try {
      return use.run();
    } finally {
      worker.release();
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Worker(work);
    thread.setDaemon(true);
    return thread;
  }

  private static final class Worker extends Thread {
    private final Object lock = new Object();
    private @Nullable Closeable held;

    Worker(Runnable work) {
      super(work, "wire");
    }

    void hold(Closeable connection) throws InterruptedIOException {
      synchronized (lock) {
        if (isInterrupted()) {
          throw new InterruptedIOException("interrupted");
        }
        held = connection;
      }
    }

    void release() {
      synchronized (lock) {
        held = null;
      }
    }

    @Override
    public void interrupt() {
      super.interrupt();
      synchronized (lock) {
        if (held == null) {
          return;
        }
        try {
          held.close();
        } catch (IOException e) {
          // It is closed as far as it can be.
        }
      }
    }
  }
}
