package dev.janiko.registry.auth;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Ways to credentials that need no configuration file, by Kaniko's names. */
public enum BuiltInHelper {
  /** {@code KANIKO_<HOST>_USER} and {@code KANIKO_<HOST>_PASSWORD}. */
  ENV,
  /** Google's container and artifact registries. */
  GOOGLE,
  /** Amazon's registries. */
  ECR,
  /** Azure's registries. */
  ACR,
  /** The registry of a GitLab CI job. */
  GITLAB;

  /** The names, for messages. */
  public static final String NAMES = "env, google, ecr, acr or gitlab";

  /** The helper of the name, if there is one. */
  public static Optional<BuiltInHelper> of(String name) {
    for (BuiltInHelper helper : values()) {
      if (helper.name().toLowerCase(Locale.ROOT).equals(name)) {
        return Optional.of(helper);
      }
    }
    return Optional.empty();
  }

  /** The helper's store. */
  CredentialStore store(Map<String, String> environment) {
    return switch (this) {
      case ENV -> new EnvironmentCredentials(environment);
      case GITLAB -> new GitLabCredentials(environment);
      case GOOGLE -> new GoogleCredentials(environment);
      case ECR -> new HelperCredentials(environment, CloudHosts::isAmazon, List.of("ecr-login"));
      case ACR ->
          new HelperCredentials(environment, CloudHosts::isAzure, List.of("acr-env", "acr"));
    };
  }
}
