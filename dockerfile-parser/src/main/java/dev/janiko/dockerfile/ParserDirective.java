package dev.janiko.dockerfile;

import static java.util.Objects.requireNonNull;

/**
 * A directive at the top of the file, such as {@code # escape=`}.
 *
 * @param name {@code syntax}, {@code escape} or {@code check}
 * @param value the value as written, blanks around it removed
 * @param line its line, counted from 1
 */
public record ParserDirective(String name, String value, int line) {
  /** Refuses absent parts. */
  public ParserDirective {
    requireNonNull(name, "name is null");
    requireNonNull(value, "value is null");
  }
}
