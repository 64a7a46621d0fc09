package dev.janiko.builder.bucket;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The variables of an environment that say where clouds are and who asks them. They hold secrets
 * and are never shown.
 *
 * @param values by name
 */
public record CloudVariables(Map<String, String> values) {
  /** Keeps only what is needed. */
  public CloudVariables {
    Map<String, String> needed = new HashMap<>();
    values.forEach((name, value) -> {
      if (name.matches("(AWS|S3|AZURE|GOOGLE|GCE|STORAGE)_.*|HOME")) {
        needed.put(name, value);
      }
    });
    values = Map.copyOf(needed);
  }

  /** A variable that is set to something. */
  Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name)).map(String::strip).filter(it -> !it.isEmpty());
  }

  /** Whether a variable is true. */
  boolean isTrue(String name) {
    return get(name).filter("true"::equalsIgnoreCase).isPresent();
  }

  /** A file that a variable names, or one in the home folder. */
  Optional<Path> file(String name, String usual) {
    return get(name).map(Path::of).or(() -> get("HOME").map(home -> Path.of(home).resolve(usual)));
  }

  @Override
  public String toString() {
    return "CloudVariables[…]";
  }
}
