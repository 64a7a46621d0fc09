package dev.janiko.builder.bucket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A profile of Amazon's settings: {@code ~/.aws/credentials} and {@code ~/.aws/config}, or the
 * files that the environment names.
 */
final class AmazonProfile {
  private final String name;
  private final Map<String, String> settings;

  private AmazonProfile(String name, Map<String, String> settings) {
    this.name = name;
    this.settings = Map.copyOf(settings);
  }

  /** The profile that the environment names, or the default; without settings if there is none. */
  static AmazonProfile of(CloudVariables variables) throws IOException {
    String name =
        variables
            .get("AWS_PROFILE")
            .or(() -> variables.get("AWS_DEFAULT_PROFILE"))
            .orElse("default");
    Map<String, String> settings = new HashMap<>();
    String section = name.equals("default") ? name : "profile " + name;
    read(variables.file("AWS_CONFIG_FILE", ".aws/config"), section, settings);
    read(variables.file("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"), name, settings);
    return new AmazonProfile(name, settings);
  }

  private static void read(Optional<Path> file, String section, Map<String, String> settings)
      throws IOException {
    if (file.isEmpty() || !Files.isReadable(file.get())) {
      return;
    }
    String current = "";
    for (String line : Files.readAllLines(file.get())) {
      String text = line.strip();
      if (text.startsWith("[") && text.endsWith("]")) {
        current = text.substring(1, text.length() - 1).strip().replaceAll("\\s+", " ");
      } else if (current.equals(section) && text.indexOf('=') > 0 && !text.startsWith("#")) {
        int equals = text.indexOf('=');
        settings.put(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
      }
    }
  }

  String name() {
    return name;
  }

  Optional<String> get(String setting) {
    return Optional.ofNullable(settings.get(setting)).filter(value -> !value.isEmpty());
  }
}
