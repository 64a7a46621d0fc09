package dev.janiko.registry.auth;

import java.util.Map;
import java.util.Optional;

/** What a GitLab CI job is given for the registry of its project: {@code CI_REGISTRY*}. */
final class GitLabCredentials implements CredentialStore {
  private final Map<String, String> environment;

  GitLabCredentials(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Optional<Found> find(String registry, String repository) {
    String user = environment.getOrDefault("CI_REGISTRY_USER", "");
    String password = environment.getOrDefault("CI_REGISTRY_PASSWORD", "");
    boolean ours = registry.equals(environment.getOrDefault("CI_REGISTRY", ""));
    return !ours || user.isEmpty() || password.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Found(new Credential.UserPassword(user, password), "$CI_REGISTRY_PASSWORD"));
  }
}
