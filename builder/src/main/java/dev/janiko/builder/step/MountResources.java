package dev.janiko.builder.step;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.sandbox.SecretValue;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code RUN --mount} can bring into a step from outside the build. Immutable.
 *
 * @param caches the folder of caches, if not the store's
 * @param secrets secrets by their id
 * @param agents sockets of SSH agents by their id
 */
public record MountResources(
    Optional<Path> caches, Map<String, SecretValue> secrets, Map<String, Path> agents) {
  /** No secrets, no agents, caches in the store. */
  public static final MountResources NONE =
      new MountResources(Optional.empty(), Map.of(), Map.of());

  /** These, with a folder for caches unless one was given. */
  public MountResources withDefaultCaches(Path folder) {
    return new MountResources(Optional.of(caches.orElse(folder)), secrets, agents);
  }

  Path cacheFolder() {
    return caches.orElseThrow(() -> new IllegalStateException("no folder for caches"));
  }

  /** Copies the maps. */
  public MountResources {
    requireNonNull(caches, "caches is null");
    secrets = Map.copyOf(secrets);
    agents = Map.copyOf(agents);
  }
}
