package dev.janiko.registry.transport;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.RegistryException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * How often and how patiently a request is repeated.
 *
 * <p>Waits double from {@code first} to {@code longest}, each drawn at random between nothing and
 * the full wait, so that clients who failed together do not come back together.
 *
 * @param tries how often a request is sent at most
 * @param first the longest wait before the first repetition
 * @param longest the longest wait at all
 * @param budget the time without progress after which nothing is repeated any more
 * @param longestAsked the longest wait that a {@code Retry-After} may ask for
 */
public record RetryPolicy(
    int tries, Duration first, Duration longest, Duration budget, Duration longestAsked) {
  /** A host that cannot be reached, or is silent, is not tried more often than this. */
  private static final int CONNECT_TRIES = 3;

  /** Six tries, waits of 1 to 30 seconds, five minutes in all, Retry-After up to two minutes. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(
          6,
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          Duration.ofMinutes(2));

  /** Checks the parts. */
  public RetryPolicy {
    requireNonNull(first, "first is null");
    requireNonNull(longest, "longest is null");
    requireNonNull(budget, "budget is null");
    requireNonNull(longestAsked, "longestAsked is null");
    if (tries < 1) {
      throw new IllegalArgumentException("tries is less than 1: " + tries);
    }
  }

  /** Says whether an answer of the status may be another one when asked again. */
  public static boolean isTransient(int status) {
    return switch (status) {
      case 408, 425, 429, 499, 500, 502, 503, 504 -> true;
      default -> status >= 520 && status <= 529;
    };
  }

  /** The count of one request's tries. */
  public Tries start() {
    return new Tries(this);
  }

  /** Counts the tries of one request and waits between them. Not safe for use by threads. */
  public static final class Tries {
    private final RetryPolicy policy;
    private long end;
    private int failed;

    private Tries(RetryPolicy policy) {
      this.policy = policy;
    }

    /** Forgets the failures so far, and the time: something went forward. */
    public void progress() {
      failed = 0;
    }

    /**
     * Waits before a repetition after an answer, as long as it asks.
     *
     * @param retryAfter the answer's header
     * @return false if there is no further try
     */
    public boolean awaitNext(Optional<String> retryAfter) throws InterruptedIOException {
      return await(policy.tries, retryAfter.flatMap(Tries::asked));
    }

    /**
     * Waits before a repetition after a failed connection, or after a refusal as long as it asks.
     *
     * @return false if there is no further try, or none would help
     */
    public boolean awaitNext(IOException failure) throws InterruptedIOException {
      if (failure instanceof RegistryException refusal && refusal.status().isPresent()) {
        return awaitNext(refusal.retryAfter());
      }
      if ((failure instanceof SSLHandshakeException handshake && isCertificate(handshake))
          || failure instanceof SSLPeerUnverifiedException
          || failure instanceof TlsSetupException) {
        return false;
      }
      boolean unreached =
          failure instanceof ConnectException
              || failure instanceof SocketTimeoutException
              || failure instanceof UnknownHostException
              || failure instanceof NoRouteToHostException;
      return await(
          unreached ? Math.min(CONNECT_TRIES, policy.tries) : policy.tries, Optional.empty());
    }

    private static boolean isCertificate(SSLHandshakeException failure) {
      for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
        if (cause instanceof GeneralSecurityException) {
          return true;
        }
      }
      return false;
    }

    private boolean await(int tries, Optional<Duration> asked) throws InterruptedIOException {
      if (failed++ == 0) {
        end = System.nanoTime() + policy.budget.toNanos();
      }
      long nanos = asked.map(this::capped).orElseGet(this::drawn).toNanos();
      if (failed >= tries || System.nanoTime() + nanos > end) {
        return false;
      }
      sleep(Duration.ofNanos(nanos));
      return true;
    }

    private Duration capped(Duration asked) {
      return asked.compareTo(policy.longestAsked) > 0 ? policy.longestAsked : asked;
    }

    private Duration drawn() {
      long full =
          Math.min(policy.longest.toNanos(), policy.first.toNanos() << Math.min(failed - 1, 20));
      return Duration.ofNanos(full <= 0 ? 0 : ThreadLocalRandom.current().nextLong(full + 1));
    }

    private static Optional<Duration> asked(String header) {
      String value = header.strip();
      try {
        if (!value.isEmpty() && Character.isDigit(value.charAt(0))) {
          return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        Instant until = DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from);
        Duration wait = Duration.between(Instant.now(), until);
        return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
      } catch (NumberFormatException | DateTimeParseException | ArithmeticException e) {
        return Optional.empty();
      }
    }

    private static void sleep(Duration wait) throws InterruptedIOException {
      try {
        Thread.sleep(wait);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted = new InterruptedIOException("interrupted");
        interrupted.initCause(e);
        throw interrupted;
      }
    }
  }
}
