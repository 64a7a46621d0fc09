package dev.janiko.dockerfile;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;

/** The values that words are expanded with. */
@FunctionalInterface
public interface Variables {
  /** The value of a variable; empty if it is unset, which is not the same as an empty value. */
  Optional<String> get(String name);

  /** No variable is set. */
  static Variables none() {
    return name -> Optional.empty();
  }

  /** The entries of a map, which is copied. */
  static Variables of(Map<String, String> values) {
    requireNonNull(values, "values is null");
    Map<String, String> copy = Map.copyOf(values);
    return name -> Optional.ofNullable(copy.get(name));
  }
}
