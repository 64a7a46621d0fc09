package dev.janiko.registry.auth;

import dev.janiko.registry.RegistryException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Stores one after the other. */
final class ChainedStore implements CredentialStore {
  private final List<CredentialStore> stores;

  ChainedStore(List<CredentialStore> stores) {
    this.stores = List.copyOf(stores);
  }

  @Override
  public Optional<Found> find(String registry, String repository) throws RegistryException {
    for (CredentialStore store : stores) {
      Optional<Found> found = store.find(registry, repository);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  @Override
  public String searched(String registry) {
    return stores.stream()
        .map(store -> store.searched(registry))
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining("; "));
  }
}
