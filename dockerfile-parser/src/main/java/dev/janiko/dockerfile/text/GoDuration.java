package dev.janiko.dockerfile.text;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;

/** Durations as Go writes and reads them, such as {@code 1m30s} or {@code 1.5h}. */
public final class GoDuration {
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "\u00b5s", 1_000L,
          "\u03bcs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);
  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

  private GoDuration() {}

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException if it is none, with Go's message
   */
  public static Duration parse(String text) {
    boolean negative = text.startsWith("-");
    String rest = negative || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return Duration.ZERO;
    }
    if (rest.isEmpty()) {
      throw invalid(text);
    }
    BigInteger total = BigInteger.ZERO;
    int position = 0;
    while (position < rest.length()) {
      int unitStart = endOf(rest, position, true);
      String number = rest.substring(position, unitStart);
      if (!number.matches("\\d+\\.?\\d*|\\.\\d+")) {
        throw invalid(text);
      }
      int end = endOf(rest, unitStart, false);
      String unit = rest.substring(unitStart, end);
      if (unit.isEmpty()) {
        throw new IllegalArgumentException("time: missing unit in duration " + GoQuote.quote(text));
      }
      Long nanos = NANOS.get(unit);
      if (nanos == null) {
        throw new IllegalArgumentException(
            "time: unknown unit " + GoQuote.quote(unit) + " in duration " + GoQuote.quote(text));
      }
      total = total.add(nanos(number, nanos));
      if (total.compareTo(MAX) > 0) {
        throw invalid(text);
      }
      position = end;
    }
    Duration duration = Duration.ofNanos(total.longValueExact());
    return negative ? duration.negated() : duration;
  }

  private static BigInteger nanos(String number, long unit) {
    String decimal = number.endsWith(".") ? number + "0" : number;
    return new BigDecimal(decimal)
        .multiply(BigDecimal.valueOf(unit))
        .setScale(0, RoundingMode.DOWN)
        .toBigIntegerExact();
  }

  private static int endOf(String text, int from, boolean number) {
    int i = from;
    while (i < text.length() && isNumeric(text.charAt(i)) == number) {
      i++;
    }
    return i;
  }

  private static boolean isNumeric(char c) {
    return c == '.' || (c >= '0' && c <= '9');
  }

  private static IllegalArgumentException invalid(String text) {
    return new IllegalArgumentException("time: invalid duration " + GoQuote.quote(text));
  }

  /** The duration as Go prints it: {@code 1h0m0s}, {@code 1.5s}, {@code 200ms}, {@code 0s}. */
  public static String print(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos == 0) {
      return "0s";
    }
    String sign = nanos < 0 ? "-" : "";
    BigInteger size = BigInteger.valueOf(nanos).abs();
    if (size.compareTo(BigInteger.valueOf(1_000_000_000L)) < 0) {
      return sign + small(size.longValueExact());
    }
    long minutes = size.divide(BigInteger.valueOf(60_000_000_000L)).longValueExact();
    BigInteger rest = size.mod(BigInteger.valueOf(60_000_000_000L));
    String seconds = plain(new BigDecimal(rest).movePointLeft(9)) + "s";
    if (minutes == 0) {
      return sign + seconds;
    }
    String withMinutes = minutes % 60 + "m" + seconds;
    return sign + (minutes < 60 ? withMinutes : minutes / 60 + "h" + withMinutes);
  }

  private static String small(long nanos) {
    if (nanos < 1_000) {
      return nanos + "ns";
    }
    return nanos < 1_000_000
        ? plain(BigDecimal.valueOf(nanos, 3)) + "\u00b5s"
        : plain(BigDecimal.valueOf(nanos, 6)) + "ms";
  }

  private static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }
}
