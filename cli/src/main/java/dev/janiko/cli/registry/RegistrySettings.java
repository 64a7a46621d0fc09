package dev.janiko.cli.registry;

import static java.util.Objects.requireNonNull;

import dev.janiko.cli.invocation.Version;
import dev.janiko.registry.auth.CredentialStore;
import dev.janiko.registry.auth.RegistryCredentials;
import dev.janiko.registry.client.Mirrors;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.client.RegistryOptions;
import dev.janiko.registry.client.TransferListener;
import dev.janiko.registry.transport.TlsOptions;
import dev.janiko.registry.transport.TransportOptions;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How registries are reached.
 *
 * @param plainHttp which of them by HTTP instead of HTTPS
 * @param unverifiedTls for which of them certificates are not checked
 * @param tls certificates beside the usual ones
 * @param tokenRealms the foreign token services that credentials may go to, by registry
 * @param credentials where credentials are looked for
 * @param mirrors where images are pulled from instead
 * @param rules what is repeated and what is let pass
 */
public record RegistrySettings(
    Exceptions plainHttp,
    Exceptions unverifiedTls,
    TlsOptions tls,
    Map<String, Set<String>> tokenRealms,
    RegistryCredentials.Options credentials,
    Mirrors mirrors,
    RegistryOptions.Rules rules) {
  private static final String ALL_HOSTS = "*";

  /** Checks the parts. */
  public RegistrySettings {
    requireNonNull(plainHttp, "plainHttp is null");
    requireNonNull(unverifiedTls, "unverifiedTls is null");
    requireNonNull(tls, "tls is null");
    tokenRealms = Map.copyOf(tokenRealms);
    requireNonNull(credentials, "credentials is null");
    requireNonNull(mirrors, "mirrors is null");
    requireNonNull(rules, "rules is null");
  }

  /**
   * Which registries are excepted from a rule.
   *
   * @param push all that are pushed to
   * @param pull all that are pulled from
   * @param hosts these, with their ports if they have any
   */
  public record Exceptions(boolean push, boolean pull, Set<String> hosts) {
    /** Keeps its own copy of the hosts. */
    public Exceptions {
      hosts = Set.copyOf(hosts);
    }

    private Set<String> of(boolean pushing) {
      Set<String> all = new HashSet<>(hosts);
      if (pushing ? push : pull) {
        all.add(ALL_HOSTS);
      }
      return all;
    }
  }

  /** The same, with another host whose certificate is not checked. */
  public RegistrySettings unverified(String host) {
    Set<String> hosts = new HashSet<>(unverifiedTls.hosts());
    hosts.add(host);
    return new RegistrySettings(
        plainHttp,
        new Exceptions(unverifiedTls.push(), unverifiedTls.pull(), hosts),
        tls,
        tokenRealms,
        credentials,
        mirrors,
        rules);
  }

  /** Whether one client serves for pulling and pushing. */
  public boolean shareClient() {
    return plainHttp.push() == plainHttp.pull() && unverifiedTls.push() == unverifiedTls.pull();
  }

  /** A client to push or to pull. */
  public RegistryClient client(
      boolean push, Map<String, String> environment, TransferListener listener) {
    return client(push, environment, listener, RegistryCredentials.of(environment, credentials));
  }

  /** A client to push or to pull that is somebody else. */
  RegistryClient client(
      boolean push,
      Map<String, String> environment,
      TransferListener listener,
      CredentialStore store) {
    TransportOptions transport =
        TransportOptions.of(environment)
            .withInsecureHosts(plainHttp.of(push))
            .withTls(tls.withUnverifiedHosts(unverifiedTls.of(push)))
            .withTokenRealms(tokenRealms)
            .withUserAgent(userAgent(environment));
    return RegistryClient.create(new RegistryOptions(transport, store, mirrors, rules), listener);
  }

  private static String userAgent(Map<String, String> environment) {
    String own = "janiko/" + Version.number();
    String upstream = environment.getOrDefault("UPSTREAM_CLIENT_TYPE", "").strip();
    boolean sane = upstream.chars().allMatch(c -> c > ' ' && c <= '~');
    return upstream.isEmpty() || !sane ? own : own + "," + upstream;
  }
}
