package dev.janiko.registry.client;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.auth.CredentialStore;
import dev.janiko.registry.transport.TransportOptions;

/**
 * How a client behaves.
 *
 * @param transport how registries are reached
 * @param credentials who we are to them
 * @param mirrors where images are pulled from instead
 * @param rules what is repeated and what is let pass
 */
public record RegistryOptions(
    TransportOptions transport, CredentialStore credentials, Mirrors mirrors, Rules rules) {
  /** Checks the parts. */
  public RegistryOptions {
    requireNonNull(transport, "transport is null");
    requireNonNull(credentials, "credentials is null");
    requireNonNull(mirrors, "mirrors is null");
    requireNonNull(rules, "rules is null");
  }

  /**
   * What is repeated and what is let pass. Single requests are repeated anyway, as the transport's
   * policy has it; this is about what is still refused then.
   *
   * @param pullRetries how often the search for an image begins again
   * @param pushRetries how often the upload of a blob, or the storing of a manifest, begins again
   * @param acceptImmutableTags whether a tag that exists and must not change counts as pushed
   * @param checkPush whether the permission to push is asked for beforehand
   */
  public record Rules(
      int pullRetries, int pushRetries, boolean acceptImmutableTags, boolean checkPush) {
    /** Nothing begins again, nothing is let pass, all is checked. */
    public static final Rules DEFAULT = new Rules(0, 0, false, true);
  }

  /** The usual behaviour. */
  public static RegistryOptions of(TransportOptions transport, CredentialStore credentials) {
    return new RegistryOptions(transport, credentials, Mirrors.NONE, Rules.DEFAULT);
  }

  /** The same with mirrors. */
  public RegistryOptions withMirrors(Mirrors value) {
    return new RegistryOptions(transport, credentials, value, rules);
  }

  /** The same with other rules. */
  public RegistryOptions withRules(Rules value) {
    return new RegistryOptions(transport, credentials, mirrors, value);
  }
}
