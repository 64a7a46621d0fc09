package dev.janiko.builder.docker;

import java.util.Map;

/** One of an engine's builders. */
public enum EngineBuilderKind {
  /** BuildKit if the engine offers it and docker's command is here to drive it, else classic. */
  AUTO,
  /** BuildKit, driven by docker's command. */
  BUILDKIT,
  /** The old builder, driven by the engine's API. */
  CLASSIC;

  /** What {@code DOCKER_BUILDKIT} asks for. */
  public static EngineBuilderKind of(Map<String, String> environment) {
    return switch (environment.getOrDefault("DOCKER_BUILDKIT", "")) {
      case "" -> AUTO;
      case "0", "false" -> CLASSIC;
      default -> BUILDKIT;
    };
  }
}
