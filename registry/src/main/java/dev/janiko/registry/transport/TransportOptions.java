package dev.janiko.registry.transport;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * How registries are reached.
 *
 * <p>Hosts are named with or without their port; {@code *} names all of them.
 *
 * @param insecureHosts the hosts that may be spoken to in plain HTTP; loopback hosts always may
 * @param tls whose certificates are trusted, and who we are to hosts that want to know
 * @param tokenRealms the foreign hosts that a registry may have its credentials sent to, by
 *     registry
 * @param environment where {@code HTTP_PROXY}, {@code HTTPS_PROXY}, {@code NO_PROXY}, {@code
 *     SSL_CERT_FILE} and {@code SSL_CERT_DIR} are read
 * @param patience how long to wait, and how often to repeat
 * @param userAgent what we call ourselves
 */
public record TransportOptions(
    Set<String> insecureHosts,
    TlsOptions tls,
    Map<String, Set<String>> tokenRealms,
    Map<String, String> environment,
    Patience patience,
    String userAgent) {

  /** Checks the parts. */
  public TransportOptions {
    insecureHosts = Set.copyOf(insecureHosts);
    requireNonNull(tls, "tls is null");
    tokenRealms = Map.copyOf(tokenRealms);
    environment = Map.copyOf(environment);
    requireNonNull(patience, "patience is null");
    requireNonNull(userAgent, "userAgent is null");
  }

  /**
   * How long to wait.
   *
   * @param connect for a connection to be made
   * @param read for the next bytes of an answer, ten times as long after something was written; and
   *     twice as long for bytes that are written to be taken
   */
  public record Timeouts(Duration connect, Duration read) {
    /** Thirty seconds to connect, and thirty without a byte. */
    public static final Timeouts DEFAULT =
        new Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(30));

    /** Checks the parts. */
    public Timeouts {
      requireNonNull(connect, "connect is null");
      requireNonNull(read, "read is null");
    }

    /** How long written bytes may take until they are on their way. */
    Duration write() {
      return read.multipliedBy(2);
    }
  }

  /**
   * How patient we are.
   *
   * @param timeouts how long to wait for a connection, and for the next bytes
   * @param retry how often requests are repeated
   */
  public record Patience(Timeouts timeouts, RetryPolicy retry) {
    /** The usual patience. */
    public static final Patience DEFAULT = new Patience(Timeouts.DEFAULT, RetryPolicy.DEFAULT);

    /** Checks the parts. */
    public Patience {
      requireNonNull(timeouts, "timeouts is null");
      requireNonNull(retry, "retry is null");
    }
  }

  /** Everything verified, with the proxies of the environment. */
  public static TransportOptions of(Map<String, String> environment) {
    return new TransportOptions(
        Set.of(), TlsOptions.NONE, Map.of(), environment, Patience.DEFAULT, "janiko");
  }

  /** How long to wait for a connection, and for the next bytes. */
  public Timeouts timeouts() {
    return patience.timeouts();
  }

  /** How often requests are repeated. */
  public RetryPolicy retry() {
    return patience.retry();
  }

  /** The same, but these hosts may be spoken to in plain HTTP. */
  public TransportOptions withInsecureHosts(Set<String> hosts) {
    return new TransportOptions(hosts, tls, tokenRealms, environment, patience, userAgent);
  }

  /** The same with other certificates. */
  public TransportOptions withTls(TlsOptions value) {
    return new TransportOptions(
        insecureHosts, value, tokenRealms, environment, patience, userAgent);
  }

  /** The same, but the certificates of these hosts are not verified. */
  public TransportOptions withUnverifiedHosts(Set<String> hosts) {
    return withTls(tls.withUnverifiedHosts(hosts));
  }

  /** The same, but these registries may have their credentials sent to these hosts. */
  public TransportOptions withTokenRealms(Map<String, Set<String>> realms) {
    return new TransportOptions(insecureHosts, tls, realms, environment, patience, userAgent);
  }

  /** The same with other waits. */
  public TransportOptions withTimeouts(Timeouts value) {
    return withPatience(new Patience(value, retry()));
  }

  /** The same with other repetitions. */
  public TransportOptions withRetry(RetryPolicy policy) {
    return withPatience(new Patience(timeouts(), policy));
  }

  private TransportOptions withPatience(Patience value) {
    return new TransportOptions(insecureHosts, tls, tokenRealms, environment, value, userAgent);
  }

  /** The same under another name, such as {@code janiko/1.0}. */
  public TransportOptions withUserAgent(String name) {
    return new TransportOptions(insecureHosts, tls, tokenRealms, environment, patience, name);
  }

  /** Says whether plain HTTP may be spoken with the host. */
  public boolean mayBePlain(String hostAndPort) {
    return Hosts.isLoopback(hostAndPort) || Hosts.lists(insecureHosts, hostAndPort);
  }

  /** Says whether the certificate of the host must be good. */
  public boolean verifies(String hostAndPort) {
    return !Hosts.lists(tls.unverifiedHosts(), hostAndPort);
  }

  /**
   * Says whether the credentials of a registry may go to a token service: on its own host, on its
   * own site ({@code auth.docker.io} for Docker Hub), or where the user allowed it.
   */
  public boolean trustsRealm(String registry, URI asked, URI realm) {
    return Hosts.sameSite(asked.getHost(), realm.getHost())
        || Hosts.lists(
            tokenRealms.getOrDefault(registry, Set.of()),
            realm.getHost() + (realm.getPort() < 0 ? "" : ":" + realm.getPort()));
  }
}
