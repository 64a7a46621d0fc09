package dev.janiko.cli.invocation;

import dev.janiko.dockerfile.text.ByteSize;
import dev.janiko.dockerfile.text.GoDuration;
import java.time.Duration;
import java.util.OptionalLong;

/** Values of flags that are so much of something. */
public final class Quantities {
  private Quantities() {}

  /**
   * A duration in Go's words, or a number of days.
   *
   * @throws UsageException if it is none
   */
  public static Duration duration(String flag, String text) {
    try {
      return text.matches("\\d{1,5}d")
          ? Duration.ofDays(Long.parseLong(text.substring(0, text.length() - 1)))
          : GoDuration.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(flag + " is a duration such as 90m, 36h or 7d, not " + text);
    }
  }

  /**
   * A number of bytes.
   *
   * @throws UsageException if it is none
   */
  public static long bytes(String flag, String text) {
    OptionalLong bytes = ByteSize.parse(text.strip());
    return bytes.orElseThrow(
        () -> new UsageException(flag + " is a size such as 10GB, not " + text));
  }
}
