package dev.janiko.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Does several things at a time. */
public final class Together {
  private Together() {}

  /**
   * Does all of the work, so many pieces at a time; the first failure ends the rest.
   *
   * @return the results, in the order of the work
   * @throws IOException if a piece fails, or the thread is interrupted
   */
  public static <T> List<T> run(int width, List<Callable<T>> work) throws IOException {
    List<T> results = new ArrayList<>();
    try (ExecutorService threads = Workers.pool(width)) {
      List<Future<T>> begun = new ArrayList<>();
      for (Callable<T> piece : work) {
        begun.add(threads.submit(piece));
      }
      try {
        for (Future<T> one : begun) {
          results.add(one.get());
        }
      } finally {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      throw interrupted;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException known
          ? known
          : new IOException(String.valueOf(e.getCause()), e.getCause());
    }
    return results;
  }
}
