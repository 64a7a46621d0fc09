package dev.janiko.registry.client;

import dev.janiko.registry.RegistryException;
import java.io.IOException;
import java.io.InterruptedIOException;

/** Begins work again that failed, after one second, two, four, as Kaniko does. */
final class Repetition {
  private static final long FIRST_MILLIS = 1000;
  private static final int MOST_DOUBLINGS = 6;

  private Repetition() {}

  interface Work<T> {
    T run() throws IOException;
  }

  /** Does the work at most once more than there are repetitions. */
  static <T> T of(int repetitions, Work<T> work) throws IOException {
    for (int done = 0; ; done++) {
      try {
        return work.run();
      } catch (RegistryException e) {
        if (done >= repetitions || !mayPass(e)) {
          throw e;
        }
        await(FIRST_MILLIS << Math.min(done, MOST_DOUBLINGS));
      }
    }
  }

  /** What is wrong with the image itself, or with what we are, stays wrong. */
  private static boolean mayPass(RegistryException e) {
    return switch (e.kind()) {
      case UNREACHABLE, UNAVAILABLE, NOT_FOUND, REFUSED, UNAUTHORIZED -> true;
      case DENIED, CREDENTIALS, UNSUPPORTED, INVALID -> false;
    };
  }

  private static void await(long millis) throws InterruptedIOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      throw interrupted;
    }
  }
}
