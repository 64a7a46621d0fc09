package dev.janiko.dockerfile;

import dev.janiko.dockerfile.text.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The flags of one instruction, checked against those it knows. Immutable once read. */
final class InstructionFlags {
  /** What a flag takes. */
  enum Kind {
    BOOL,
    STRING,
    STRINGS
  }

  private final Map<String, List<String>> values;

  private InstructionFlags(Map<String, List<String>> values) {
    this.values = values;
  }

  /**
   * Reads flags.
   *
   * @param known the flags the instruction has
   * @throws DockerfileException if one is unknown, repeated, or lacks a proper value
   */
  static InstructionFlags read(Node node, Map<String, Kind> known) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String flag : node.flags()) {
      int equals = flag.indexOf('=');
      String name = flag.substring(2, equals < 0 ? flag.length() : equals);
      Optional<String> value =
          equals < 0 ? Optional.empty() : Optional.of(flag.substring(equals + 1));
      Kind kind = known.get(name);
      if (kind == null) {
        throw unknown(node, name, known.keySet().stream().sorted().toList());
      }
      List<String> given = values.computeIfAbsent(name, _ -> new ArrayList<>());
      if (!given.isEmpty() && kind != Kind.STRINGS) {
        throw error("duplicate flag specified: --" + name, name);
      }
      given.add(kind == Kind.BOOL ? bool(name, value) : string(name, value));
    }
    return new InstructionFlags(values);
  }

  private static DockerfileException unknown(Node node, String name, List<String> known) {
    String keyword = node.keyword().toUpperCase(Locale.ROOT);
    String hint =
        known.isEmpty()
            ? keyword + " has no flags"
            : "flags of " + keyword + " are --" + String.join(" --", known);
    return error("unknown flag: --" + name + Suggestion.hint(Suggestion.nearest(name, known)), name)
        .withHint(hint);
  }

  /** Refuses all flags, for instructions that have none. */
  static void none(Node node) {
    read(node, Map.of());
  }

  private static String bool(String name, Optional<String> value) {
    if (value.isEmpty()) {
      return "true";
    }
    String lower = value.get().toLowerCase(Locale.ROOT);
    return switch (lower) {
      case "" -> throw error("missing a value on flag: --" + name, name);
      case "true", "false" -> lower;
      default ->
          throw error("expecting boolean value for flag --" + name + ", not: " + value.get(), name);
    };
  }

  private static String string(String name, Optional<String> value) {
    return value.orElseThrow(() -> error("missing a value on flag: --" + name, name));
  }

  private static DockerfileException error(String message, String name) {
    return DockerfileException.of(message).about("--" + name);
  }

  /** The value of a flag; empty if it is not given. */
  Optional<String> given(String name) {
    return strings(name).stream().findFirst();
  }

  /** The value of a flag; empty if it is not given, or given with nothing after {@code =}. */
  Optional<String> string(String name) {
    return given(name).filter(value -> !value.isEmpty());
  }

  /** The values of a flag that may be repeated. */
  List<String> strings(String name) {
    return values.getOrDefault(name, List.of());
  }

  /** The value of a flag that is on or off; empty if it is not given. */
  Optional<Boolean> bool(String name) {
    return given(name).map(value -> value.equals("true"));
  }

  /** Whether a flag is on. */
  boolean on(String name) {
    return bool(name).orElse(false);
  }
}
