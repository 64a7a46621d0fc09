package dev.janiko.registry.image;

import dev.janiko.registry.RegistryException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;

/**
 * Times as Go writes them in image documents (RFC 3339, nanoseconds without trailing zeros).
 *
 * <p>By hand: the formatters of the JDK cost more start-up time than all of a manifest.
 */
final class Rfc3339 {
  private static final int SECONDS_END = 19;

  private Rfc3339() {}

  static Instant parse(String text, String what) throws RegistryException {
    try {
      int end = SECONDS_END;
      int nanos = 0;
      if (text.charAt(end) == '.') {
        end++;
        for (int scale = 100_000_000; isDigit(text.charAt(end)); scale /= 10) {
          nanos += scale * (text.charAt(end++) - '0');
        }
      }
      LocalDateTime time =
          LocalDateTime.of(
              number(text, 0, 4, '-'),
              number(text, 5, 7, '-'),
              number(text, 8, 10, 'T'),
              number(text, 11, 13, ':'),
              number(text, 14, 16, ':'),
              Integer.parseInt(text, 17, SECONDS_END, 10),
              nanos);
      return time.toInstant(offset(text.substring(end)));
    } catch (IndexOutOfBoundsException | NumberFormatException | DateTimeException e) {
      throw RegistryException.invalid(
          "malformed " + what + ": \"" + text + "\" is not a time such as 2026-01-31T12:00:00Z", e);
    }
  }

  private static int number(String text, int start, int end, char next) {
    if (Character.toUpperCase(text.charAt(end)) != next || !isDigit(text.charAt(start))) {
      throw new NumberFormatException();
    }
    return Integer.parseInt(text, start, end, 10);
  }

  private static ZoneOffset offset(String zone) {
    return zone.equals("Z") || zone.equals("z") ? ZoneOffset.UTC : ZoneOffset.of(zone);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static String format(Instant instant) {
    LocalDateTime time = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    StringBuilder out = new StringBuilder(30);
    padded(out, time.getYear(), 4).append('-');
    padded(out, time.getMonthValue(), 2).append('-');
    padded(out, time.getDayOfMonth(), 2).append('T');
    padded(out, time.getHour(), 2).append(':');
    padded(out, time.getMinute(), 2).append(':');
    padded(out, time.getSecond(), 2);
    int nanos = time.get(ChronoField.NANO_OF_SECOND);
    if (nanos != 0) {
      padded(out.append('.'), nanos, 9);
      int end = out.length();
      while (out.charAt(end - 1) == '0') {
        end--;
      }
      out.setLength(end);
    }
    return out.append('Z').toString();
  }

  private static StringBuilder padded(StringBuilder out, int value, int width) {
    String digits = Integer.toString(value);
    return out.repeat('0', Math.max(0, width - digits.length())).append(digits);
  }
}
