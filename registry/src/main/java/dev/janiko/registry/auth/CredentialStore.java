package dev.janiko.registry.auth;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.RegistryException;
import java.util.Optional;

/** Where credentials are kept. Implementations are safe for use by threads. */
@FunctionalInterface
public interface CredentialStore {
  /**
   * The credential for a repository.
   *
   * @param registry the host with its port, {@code docker.io} for Docker Hub
   * @param repository the path within it
   * @return empty if there is none, which means to ask without
   * @throws RegistryException if there may be one but it cannot be had
   */
  Optional<Found> find(String registry, String repository) throws RegistryException;

  /** A store that knows nobody. */
  static CredentialStore anonymous() {
    return (registry, repository) -> Optional.empty();
  }

  /**
   * A credential and where it came from.
   *
   * @param credential the credential
   * @param source where it came from, for messages, such as the name of a file
   */
  record Found(Credential credential, String source) {
    /** Checks the parts. */
    public Found {
      requireNonNull(credential, "credential is null");
      requireNonNull(source, "source is null");
    }
  }
}
