package dev.janiko.cli.runner;

import dev.janiko.builder.docker.EngineBuildRequest;
import dev.janiko.builder.docker.EngineBuilderKind;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.cli.options.EngineFlags;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who builds: this program, or a Docker engine. */
public final class BackendFlags {
  @Mixin EngineFlags engine = new EngineFlags();

  @Option(
      names = "--backend",
      paramLabel = "KIND",
      description =
          "Who builds: daemonless (this program, also the default), docker (a Docker engine), or"
              + " auto (this program, and what --fallback names where it cannot).")
  String backend = "daemonless";

  @Option(
      names = "--fallback",
      paramLabel = "KIND",
      description = "Who builds with --backend auto where no sandbox is possible: none, or docker.")
  String fallback = "none";

  @Option(
      names = "--docker-network",
      paramLabel = "NETWORK",
      description = "The network of commands in a Docker engine, such as none or host.")
  @Nullable String network;

  @Option(
      names = "--docker-cache",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Let a Docker engine take steps of its earlier builds; false if not given.")
  boolean cache;

  /**
   * Who does the builds.
   *
   * @param daemonless this program
   * @throws UsageException if the flags contradict each other
   */
  public BuildRunner runner(BuildRunner daemonless, Surroundings surroundings) {
    boolean falls =
        switch (fallback) {
          case "none" -> false;
          case "docker" -> true;
          default -> throw new UsageException("--fallback is none or docker, not " + fallback);
        };
    if (falls && !backend.equals("auto")) {
      throw new UsageException("--fallback is for --backend auto");
    }
    return switch (backend) {
      case "daemonless" -> daemonless;
      case "docker" -> docker(surroundings);
      case "auto" ->
          falls ? new FallbackRunner(daemonless, docker(surroundings), surroundings) : daemonless;
      default ->
          throw new UsageException("--backend is auto, daemonless or docker, not " + backend);
    };
  }

  /** Whether this program may build itself. */
  public boolean isOurs() {
    return !backend.equals("docker");
  }

  private DockerRunner docker(Surroundings surroundings) {
    return new DockerRunner(
        engine.client(surroundings.environment()),
        new EngineBuildRequest.Manner(
            EngineBuilderKind.of(surroundings.environment()), Optional.ofNullable(network), cache),
        surroundings.environment());
  }
}
