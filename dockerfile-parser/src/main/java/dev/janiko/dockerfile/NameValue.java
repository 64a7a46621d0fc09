package dev.janiko.dockerfile;

import static java.util.Objects.requireNonNull;

/**
 * A pair of ENV or LABEL, neither side expanded.
 *
 * @param name the name's word as written, quotes included
 * @param value the value's word as written, quotes included; in the legacy form all the rest
 */
public record NameValue(String name, String value) {
  /** Refuses absent parts. */
  public NameValue {
    requireNonNull(name, "name is null");
    requireNonNull(value, "value is null");
  }
}
