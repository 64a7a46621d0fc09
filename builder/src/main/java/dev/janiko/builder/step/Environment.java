package dev.janiko.builder.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Variables in the order they were first set, as an image's config and a process have them.
 * Immutable; changes return a new one.
 */
public final class Environment {
  /** No variables. */
  public static final Environment EMPTY = new Environment(new LinkedHashMap<>());

  private final SequencedMap<String, String> values;

  private Environment(SequencedMap<String, String> values) {
    this.values = values;
  }

  /** Reads {@code NAME=value} entries; one without {@code =} is a name with an empty value. */
  public static Environment of(List<String> entries) {
    SequencedMap<String, String> values = new LinkedHashMap<>();
    for (String entry : entries) {
      int equals = entry.indexOf('=');
      if (equals < 0) {
        values.put(entry, "");
      } else {
        values.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    return new Environment(values);
  }

  /** This environment with one variable set; a known name keeps its place. */
  public Environment with(String name, String value) {
    SequencedMap<String, String> changed = new LinkedHashMap<>(values);
    changed.put(name, value);
    return new Environment(changed);
  }

  /** This environment with a variable set unless it is already. */
  public Environment withDefault(String name, String value) {
    return values.containsKey(name) ? this : with(name, value);
  }

  /** The value of a variable. */
  public Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** {@code NAME=value} entries, in order. */
  public List<String> entries() {
    List<String> entries = new ArrayList<>();
    for (Map.Entry<String, String> entry : values.entrySet()) {
      entries.add(entry.getKey() + "=" + entry.getValue());
    }
    return List.copyOf(entries);
  }
}
