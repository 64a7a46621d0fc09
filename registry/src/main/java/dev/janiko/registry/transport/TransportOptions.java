package dev.janiko.registry.transport;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * How registries are reached.
 *
 * <p>Hosts are named with or without their port; {@code *} names all of them.
 *
 * @param insecureHosts the hosts that may be spoken to in plain HTTP; loopback hosts always may
 * @param unverifiedHosts the hosts whose TLS certificates are not verified
 * @param environment where {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY} are read
 * @param timeouts how long to wait for a connection, and for the next bytes
 * @param retry how often requests are repeated
 * @param userAgent what we call ourselves
 */
public record TransportOptions(
    Set<String> insecureHosts,
    Set<String> unverifiedHosts,
    Map<String, String> environment,
    Timeouts timeouts,
    RetryPolicy retry,
    String userAgent) {

  /** Checks the parts. */
  public TransportOptions {
    insecureHosts = Set.copyOf(insecureHosts);
    unverifiedHosts = Set.copyOf(unverifiedHosts);
    environment = Map.copyOf(environment);
    requireNonNull(timeouts, "timeouts is null");
    requireNonNull(retry, "retry is null");
    requireNonNull(userAgent, "userAgent is null");
  }

  /**
   * How long to wait.
   *
   * @param connect for a connection to be made
   * @param read for the next bytes of an answer; ten times as long after something was written
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
  }

  /** Everything verified, with the proxies of the environment. */
  public static TransportOptions of(Map<String, String> environment) {
    return new TransportOptions(
        Set.of(), Set.of(), environment, Timeouts.DEFAULT, RetryPolicy.DEFAULT, "janiko");
  }

  /** The same, but these hosts may be spoken to in plain HTTP. */
  public TransportOptions withInsecureHosts(Set<String> hosts) {
    return new TransportOptions(hosts, unverifiedHosts, environment, timeouts, retry, userAgent);
  }

  /** The same, but the certificates of these hosts are not verified. */
  public TransportOptions withUnverifiedHosts(Set<String> hosts) {
    return new TransportOptions(insecureHosts, hosts, environment, timeouts, retry, userAgent);
  }

  /** The same with other waits. */
  public TransportOptions withTimeouts(Timeouts value) {
    return new TransportOptions(
        insecureHosts, unverifiedHosts, environment, value, retry, userAgent);
  }

  /** The same with other repetitions. */
  public TransportOptions withRetry(RetryPolicy policy) {
    return new TransportOptions(
        insecureHosts, unverifiedHosts, environment, timeouts, policy, userAgent);
  }

  /** The same under another name, such as {@code janiko/1.0}. */
  public TransportOptions withUserAgent(String name) {
    return new TransportOptions(insecureHosts, unverifiedHosts, environment, timeouts, retry, name);
  }

  /** Says whether plain HTTP may be spoken with the host. */
  public boolean mayBePlain(String hostAndPort) {
    return Hosts.isLoopback(hostAndPort) || lists(insecureHosts, hostAndPort);
  }

  /** Says whether the certificate of the host must be good. */
  public boolean verifies(String hostAndPort) {
    return !lists(unverifiedHosts, hostAndPort);
  }

  private static boolean lists(Set<String> hosts, String hostAndPort) {
    return hosts.contains(hostAndPort)
        || hosts.contains(Hosts.bare(hostAndPort))
        || hosts.contains("*");
  }
}
