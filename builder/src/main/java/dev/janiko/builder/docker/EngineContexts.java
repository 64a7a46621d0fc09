package dev.janiko.builder.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.janiko.registry.Digest;
import dev.janiko.registry.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The contexts that docker's command keeps in its configuration folder. */
final class EngineContexts {
  private static final String DEFAULT = "default";

  private final Path folder;
  private final String wanted;

  private EngineContexts(Path folder, String wanted) {
    this.folder = folder;
    this.wanted = wanted;
  }

  static EngineContexts of(Map<String, String> environment) {
    String given = environment.getOrDefault("DOCKER_CONFIG", "");
    Path folder =
        given.isEmpty()
            ? Path.of(environment.getOrDefault("HOME", "/root"), ".docker")
            : Path.of(given);
    return new EngineContexts(folder, environment.getOrDefault("DOCKER_CONTEXT", ""));
  }

  /** The engine of the context in use; empty if that is docker's default one. */
  Optional<EngineAddress> current() {
    String name = wanted.isEmpty() ? configured() : wanted;
    if (name.isEmpty() || name.equals(DEFAULT)) {
      return Optional.empty();
    }
    String id = Digest.sha256Of(name.getBytes(UTF_8)).hex();
    JsonNode docker =
        read(folder.resolve("contexts/meta").resolve(id).resolve("meta.json"))
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "docker's context " + name + " is not in " + folder + "/contexts"))
            .path("Endpoints")
            .path("docker");
    Path certificates = folder.resolve("contexts/tls").resolve(id).resolve("docker");
    Optional<EngineTls> tls =
        Files.isDirectory(certificates)
            ? Optional.of(
                new EngineTls(Optional.of(certificates), !docker.path("SkipTLSVerify").asBoolean()))
            : Optional.empty();
    return Optional.of(EngineAddress.parse(docker.path("Host").asText(), tls));
  }

  private String configured() {
    return read(folder.resolve("config.json"))
        .map(config -> config.path("currentContext").asText())
        .orElse("");
  }

  private static Optional<JsonNode> read(Path file) {
    try {
      return Files.exists(file)
          ? Optional.of(JsonReader.read(Files.readAllBytes(file), file.toString()))
          : Optional.empty();
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
