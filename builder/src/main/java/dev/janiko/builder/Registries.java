package dev.janiko.builder;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.client.RegistryClient;

/**
 * How registries are reached. Both may be the same client.
 *
 * @param pull for base images
 * @param push for the image that is made
 */
public record Registries(RegistryClient pull, RegistryClient push) {
  /** Refuses absent clients. */
  public Registries {
    requireNonNull(pull, "pull is null");
    requireNonNull(push, "push is null");
  }
}
