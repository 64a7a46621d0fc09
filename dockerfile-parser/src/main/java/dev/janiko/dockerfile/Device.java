package dev.janiko.dockerfile;

import static java.util.Objects.requireNonNull;

import dev.janiko.dockerfile.text.Csv;
import dev.janiko.dockerfile.text.Suggestion;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A device of {@code RUN --device}.
 *
 * @param name its name, such as {@code vendor.com/device=name}
 * @param required whether it is an error that the machine has none
 */
public record Device(String name, boolean required) {
  private static final List<String> KEYS = List.of("name", "required");

  /** Refuses an absent name. */
  public Device {
    requireNonNull(name, "name is null");
  }

  /**
   * Reads the value of a {@code --device}.
   *
   * @throws DockerfileException if it is malformed; without a place
   */
  public static Device parse(String text) {
    requireNonNull(text, "text is null");
    Optional<String> name = Optional.empty();
    boolean required = false;
    for (String field : fields(text)) {
      int equals = field.indexOf('=');
      String key = (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
      String value = equals < 0 ? "true" : field.substring(equals + 1);
      if (key.equals("required")) {
        required = bool(value);
      } else if (key.equals("name") && equals >= 0) {
        name = Optional.of(once(name, value));
      } else if (name.isEmpty()) {
        name = Optional.of(field);
      } else {
        throw unexpected(key, field, equals >= 0);
      }
    }
    return new Device(
        name.orElseThrow(() -> DockerfileException.of("a device needs a name").about(text)),
        required);
  }

  private static List<String> fields(String text) {
    try {
      return Csv.fields(text);
    } catch (IllegalArgumentException e) {
      throw DockerfileException.of("failed to parse csv devices: " + e.getMessage()).about(text);
    }
  }

  private static String once(Optional<String> name, String value) {
    if (name.isPresent()) {
      throw DockerfileException.of("device name already set to " + name.get()).about(value);
    }
    return value;
  }

  private static boolean bool(String value) {
    return switch (value) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default ->
          throw DockerfileException.of("invalid value for required: " + value)
              .about(value)
              .withHint("expected: true or false");
    };
  }

  private static DockerfileException unexpected(String key, String field, boolean pair) {
    String message =
        pair
            ? "unexpected key '" + key + "' in '" + field + "'"
            : "invalid field '" + field + "' must be a key=value pair";
    return DockerfileException.of(message + Suggestion.hint(Suggestion.nearest(key, KEYS)))
        .about(field);
  }
}
