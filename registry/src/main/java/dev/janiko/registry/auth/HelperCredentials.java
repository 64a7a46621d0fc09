package dev.janiko.registry.auth;

import dev.janiko.registry.RegistryException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A cloud's credentials by the program that the cloud makes for it, if that is installed. Nothing
 * has to name it: the host tells.
 */
final class HelperCredentials implements CredentialStore {
  private final CredentialHelpers programs;
  private final Predicate<String> hosts;
  private final List<String> helpers;

  /** Asks the first of the helpers that is installed. */
  HelperCredentials(
      Map<String, String> environment, Predicate<String> hosts, List<String> helpers) {
    this.programs = new CredentialHelpers(environment);
    this.hosts = hosts;
    this.helpers = List.copyOf(helpers);
  }

  @Override
  public Optional<Found> find(String registry, String repository) throws RegistryException {
    if (!hosts.test(registry)) {
      return Optional.empty();
    }
    for (String helper : helpers) {
      if (programs.isInstalled(helper)) {
        return programs
            .ask(helper, registry, "the PATH")
            .map(credential -> new Found(credential, CredentialHelpers.program(helper)));
      }
    }
    return Optional.empty();
  }

  @Override
  public String searched(String registry) {
    if (!hosts.test(registry)) {
      return "";
    }
    for (String helper : helpers) {
      if (programs.isInstalled(helper)) {
        return CredentialHelpers.program(helper) + " has none";
      }
    }
    return "put " + CredentialHelpers.program(helpers.getFirst()) + " on the PATH for this cloud";
  }
}
