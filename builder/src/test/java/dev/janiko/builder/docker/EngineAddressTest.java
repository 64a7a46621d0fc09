package dev.janiko.builder.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.registry.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where engines are, as docker's command finds them. */
final class EngineAddressTest {
  @TempDir private Path home;

  private EngineAddress find(Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("HOME", home.toString());
    return EngineAddress.find(all, Optional.empty());
  }

  @Test
  void usualSocketIfNothingIsSaid() {
    assertThat(find(Map.of()).toString()).isEqualTo("unix:///var/run/docker.sock");
  }

  @Test
  void hostGivenByHandWins() {
    assertThat(
            EngineAddress.find(
                    Map.of("DOCKER_HOST", "unix:///a", "HOME", "/"), Optional.of("unix:///b"))
                .toString())
        .isEqualTo("unix:///b");
  }

  @Test
  void tlsIsAsTheEnvironmentSays() {
    assertThat(find(Map.of("DOCKER_HOST", "tcp://engine")))
        .isEqualTo(new EngineAddress.Tcp("engine", 2375, Optional.empty()));
    assertThat(
            find(
                Map.of(
                    "DOCKER_HOST",
                    "tcp://engine",
                    "DOCKER_TLS_VERIFY",
                    "1",
                    "DOCKER_CERT_PATH",
                    "/certs")))
        .isEqualTo(
            new EngineAddress.Tcp(
                "engine", 2376, Optional.of(new EngineTls(Optional.of(Path.of("/certs")), true))));
    assertThat(find(Map.of("DOCKER_HOST", "tcp://[::1]:99", "DOCKER_TLS", "1")))
        .isEqualTo(
            new EngineAddress.Tcp(
                "[::1]",
                99,
                Optional.of(new EngineTls(Optional.of(home.resolve(".docker")), false))));
  }

  @Test
  void contextsOfDockersCommand() throws IOException {
    String id = Digest.sha256Of("far".getBytes(StandardCharsets.UTF_8)).hex();
    Path meta = home.resolve(".docker/contexts/meta").resolve(id);
    Files.createDirectories(meta);
    Path certificates = home.resolve(".docker/contexts/tls").resolve(id).resolve("docker");
    Files.createDirectories(certificates);
    Files.writeString(
        meta.resolve("meta.json"),
        "{\"Name\":\"far\",\"Endpoints\":{\"docker\":{\"Host\":\"tcp://far:1\"}}}");
    EngineAddress far =
        new EngineAddress.Tcp(
            "far", 1, Optional.of(new EngineTls(Optional.of(certificates), true)));
    assertThat(find(Map.of("DOCKER_CONTEXT", "far"))).isEqualTo(far);
    Files.writeString(home.resolve(".docker/config.json"), "{\"currentContext\":\"far\"}");
    assertThat(find(Map.of())).isEqualTo(far);
    assertThat(find(Map.of("DOCKER_CONTEXT", "default")).toString()).startsWith("unix:");
    assertThatThrownBy(() -> find(Map.of("DOCKER_CONTEXT", "none")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("docker's context none is not in");
  }

  @Test
  void whatIsNoAddressIsRefused() {
    for (String wrong :
        new String[] {"ssh://host", "docker", "unix://relative", "tcp://", "ftp://a"}) {
      assertThatThrownBy(() -> find(Map.of("DOCKER_HOST", wrong)))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Docker engine");
    }
  }
}
