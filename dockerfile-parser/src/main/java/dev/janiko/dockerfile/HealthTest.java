package dev.janiko.dockerfile;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** What HEALTHCHECK says. */
public sealed interface HealthTest {
  /** {@code HEALTHCHECK NONE}: no check, also none of the base image's. */
  record None() implements HealthTest {}

  /**
   * {@code HEALTHCHECK CMD}.
   *
   * @param interval time between checks; zero when not given, as for the other durations
   * @param timeout time one check may take
   * @param startPeriod time in which failures do not count
   * @param startInterval time between checks in that period
   * @param retries failures in a row that make it unhealthy; 0 when not given
   * @param command what to run; {@link Command.Exec} is {@code CMD}, {@link Command.Shell} is
   *     {@code CMD-SHELL}
   */
  record Check(
      Duration interval,
      Duration timeout,
      Duration startPeriod,
      Duration startInterval,
      int retries,
      Command command)
      implements HealthTest {
    /** Refuses absent parts and negative retries. */
    public Check {
      requireNonNull(interval, "interval is null");
      requireNonNull(timeout, "timeout is null");
      requireNonNull(startPeriod, "startPeriod is null");
      requireNonNull(startInterval, "startInterval is null");
      requireNonNull(command, "command is null");
      if (retries < 0) {
        throw new IllegalArgumentException("negative retries: " + retries);
      }
    }
  }
}
