package dev.janiko.registry.auth;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Credentials in variables named after the host: {@code KANIKO_REGISTRY_EXAMPLE_COM_USER} and
 * {@code …_PASSWORD}. A host that has none takes those of the domain that it belongs to.
 */
final class EnvironmentCredentials implements CredentialStore {
  private final Map<String, String> environment;

  EnvironmentCredentials(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Optional<Found> find(String registry, String repository) {
    String domain = registry;
    while (true) {
      String name = "KANIKO_" + domain.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_") + "_";
      String user = environment.getOrDefault(name + "USER", "");
      String password = environment.getOrDefault(name + "PASSWORD", "");
      if (!user.isEmpty() && !password.isEmpty()) {
        return Optional.of(
            new Found(new Credential.UserPassword(user, password), "$" + name + "PASSWORD"));
      }
      int dot = domain.indexOf('.');
      // A top-level domain belongs to nobody.
      if (dot < 0 || domain.indexOf('.', dot + 1) < 0) {
        return Optional.empty();
      }
      domain = domain.substring(dot + 1);
    }
  }
}
