package dev.janiko.builder.step;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.sandbox.SecretValue;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What steps may take from outside the build: what {@code RUN --mount} mounts, and what opens
 * private places to ADD. Immutable.
 *
 * @param caches the folder of caches, if not the store's
 * @param secrets secrets by their id
 * @param agents sockets of SSH agents by their id
 * @param knownHosts the servers that ssh may talk to, as lines of sshd(8), "SSH_KNOWN_HOSTS FILE
 *     FORMAT"
 */
public record MountResources(
    Optional<Path> caches,
    Map<String, SecretValue> secrets,
    Map<String, Path> agents,
    String knownHosts) {
  /** No secrets, no agents, caches in the store. */
  public static final MountResources NONE =
      new MountResources(Optional.empty(), Map.of(), Map.of(), "");

  /** These, with a folder for caches unless one was given. */
  public MountResources withDefaultCaches(Path folder) {
    return new MountResources(Optional.of(caches.orElse(folder)), secrets, agents, knownHosts);
  }

  Path cacheFolder() {
    return caches.orElseThrow(() -> new IllegalStateException("no folder for caches"));
  }

  /** Copies the maps. */
  public MountResources {
    requireNonNull(caches, "caches is null");
    requireNonNull(knownHosts, "knownHosts is null");
    secrets = Map.copyOf(secrets);
    agents = Map.copyOf(agents);
  }
}
