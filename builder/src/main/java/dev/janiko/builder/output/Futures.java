package dev.janiko.builder.output;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Waiting for work elsewhere, with its failures as they were thrown there. */
public final class Futures {
  private Futures() {}

  /** Waits for all; the first failure is thrown. */
  public static <T> void awaitAll(List<CompletableFuture<T>> futures)
      throws IOException, InterruptedException {
    for (CompletableFuture<T> future : futures) {
      await(future);
    }
  }

  /** Waits for one. */
  public static <T> T await(CompletableFuture<T> future) throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw rethrown(e);
    }
  }

  private static RuntimeException rethrown(ExecutionException e) throws IOException {
    Throwable cause = e.getCause();
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    switch (cause) {
      case UncheckedIOException unchecked -> throw unchecked.getCause();
      case IOException failure -> throw failure;
      case Error error -> throw error;
      case RuntimeException runtime -> {
        return runtime;
      }
      case null, default -> {
        return new CompletionException(cause);
      }
    }
  }
}
