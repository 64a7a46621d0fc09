package dev.janiko.registry.auth;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All the places where credentials may be, in the order in which they are looked into. */
public final class RegistryCredentials {
  private RegistryCredentials() {}

  /**
   * Where to look beside the usual files.
   *
   * @param authFile a file in the form of Docker's configuration that is looked into first
   * @param helpers which ways without a file are tried, after the files
   */
  public record Options(Optional<Path> authFile, List<BuiltInHelper> helpers) {
    /** No file, all helpers. */
    public static final Options DEFAULT =
        new Options(Optional.empty(), List.of(BuiltInHelper.values()));

    /** Makes the list immutable. */
    public Options {
      requireNonNull(authFile, "authFile is null");
      helpers = List.copyOf(helpers);
    }
  }

  /** The files of {@link DockerCredentials}, then the helpers. */
  public static CredentialStore of(Map<String, String> environment, Options options) {
    List<CredentialStore> stores = new ArrayList<>();
    stores.add(DockerCredentials.of(environment, options.authFile()));
    for (BuiltInHelper helper : options.helpers()) {
      stores.add(helper.store(environment));
    }
    return CredentialStore.chain(stores);
  }
}
