package dev.janiko.builder.docker;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.context.ContextSpec;
import dev.janiko.builder.output.Outputs;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an engine is to build, and where the image goes.
 *
 * @param context the build context and the Dockerfile
 * @param target the stage to build, or the last one
 * @param buildArgs {@code --build-arg} values by name
 * @param labels {@code --label} values
 * @param mounts what is given to mounts
 * @param manner how the engine builds
 * @param outputs where the image goes
 * @param work a folder for the image's layers while they are on their way
 */
public record EngineBuildRequest(
    ContextSpec context,
    Optional<String> target,
    Map<String, String> buildArgs,
    Map<String, String> labels,
    Mounts mounts,
    Manner manner,
    Outputs outputs,
    Path work) {
  /** Makes the maps immutable, in the order given. */
  public EngineBuildRequest {
    requireNonNull(context, "context is null");
    requireNonNull(target, "target is null");
    buildArgs = Collections.unmodifiableMap(new LinkedHashMap<>(buildArgs));
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    requireNonNull(mounts, "mounts is null");
    requireNonNull(manner, "manner is null");
    requireNonNull(outputs, "outputs is null");
    requireNonNull(work, "work is null");
  }

  /**
   * How an engine builds.
   *
   * @param builder which of its builders
   * @param network the network of commands, such as {@code none}; the engine's usual one if empty
   * @param cache whether steps of earlier builds may be taken
   */
  public record Manner(EngineBuilderKind builder, Optional<String> network, boolean cache) {
    /** Checks the parts. */
    public Manner {
      requireNonNull(builder, "builder is null");
      requireNonNull(network, "network is null");
    }
  }

  /**
   * What is given to mounts, which only BuildKit knows.
   *
   * @param secrets files by id
   * @param agents sockets of SSH agents by id
   */
  public record Mounts(Map<String, Path> secrets, Map<String, Path> agents) {
    /** Keeps its own copies of the maps. */
    public Mounts {
      secrets = Map.copyOf(secrets);
      agents = Map.copyOf(agents);
    }

    /** Whether there is nothing. */
    boolean isEmpty() {
      return secrets.isEmpty() && agents.isEmpty();
    }
  }
}
