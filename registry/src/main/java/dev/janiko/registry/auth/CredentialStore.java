package dev.janiko.registry.auth;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.RegistryException;
import java.util.List;
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

  /**
   * Where it looks for the credentials of a registry, and what would add to them, for the message
   * of a refusal; empty if there is nothing to tell.
   */
  default String searched(String registry) {
    return "";
  }

  /** The stores one after the other: the first that knows the repository decides. */
  static CredentialStore chain(List<CredentialStore> stores) {
    return new ChainedStore(stores);
  }

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
