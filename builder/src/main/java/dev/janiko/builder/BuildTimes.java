package dev.janiko.builder;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The times that a build gives.
 *
 * @param clock tells what time the image and its history get
 * @param latestModified seconds since 1970 that no file in a new layer may pass
 */
record BuildTimes(Clock clock, OptionalLong latestModified) {
  /**
   * Decides about times.
   *
   * @param epoch the value of {@code SOURCE_DATE_EPOCH}
   * @throws BuildException if it is needed and not set
   */
  static BuildTimes of(Layering.Times times, Optional<Instant> epoch) {
    return switch (times) {
      case KEPT -> new BuildTimes(clock(epoch), OptionalLong.empty());
      case LIMITED -> limited(epoch.orElseThrow(BuildTimes::missing));
      case REPRODUCIBLE -> limited(epoch.orElse(Instant.EPOCH));
    };
  }

  private static BuildTimes limited(Instant latest) {
    return new BuildTimes(clock(Optional.of(latest)), OptionalLong.of(latest.getEpochSecond()));
  }

  private static Clock clock(Optional<Instant> epoch) {
    return epoch.map(time -> Clock.fixed(time, ZoneOffset.UTC)).orElseGet(Clock::systemUTC);
  }

  private static BuildException missing() {
    return BuildException.of(
            Kind.DOCKERFILE, "times can only be limited to SOURCE_DATE_EPOCH, which is not set")
        .withHint("set it: --build-arg SOURCE_DATE_EPOCH=seconds since 1970");
  }
}
