package dev.janiko.cli.options;

import dev.janiko.builder.docker.EngineAddress;
import dev.janiko.builder.docker.EngineClient;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.dockerfile.text.GoDuration;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a Docker engine is. */
public final class EngineFlags {
  @Option(
      names = "--docker-host",
      paramLabel = "ADDRESS",
      description =
          "The Docker engine: unix:///path or tcp://host:port. If not given: DOCKER_HOST, docker's"
              + " context, or /var/run/docker.sock. TLS as DOCKER_TLS_VERIFY and DOCKER_CERT_PATH"
              + " say.")
  @Nullable String host;

  @Option(
      names = "--docker-wait",
      paramLabel = "DURATION",
      description = "How long to wait for an engine that is still starting; 30s if not given.")
  String wait = "30s";

  /**
   * A client of the engine, which is not asked anything yet.
   *
   * @throws UsageException if the flags or the environment name no engine
   */
  public EngineClient client(Map<String, String> environment) {
    try {
      return new EngineClient(
          EngineAddress.find(environment, Optional.ofNullable(host)), patience());
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private Duration patience() {
    try {
      return GoDuration.parse(wait);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--docker-wait is a duration such as 30s or 2m, not " + wait);
    }
  }
}
