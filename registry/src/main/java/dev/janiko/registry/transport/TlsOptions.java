package dev.janiko.registry.transport;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Certificates, by hosts with or without their port. Files are in PEM and read when the host is
 * first spoken to.
 *
 * @param unverifiedHosts the hosts whose certificates are not verified; {@code *} for all
 * @param authorities certificates that are trusted for a host beside the usual ones
 * @param clients the certificates that we show to hosts that ask for one
 */
public record TlsOptions(
    Set<String> unverifiedHosts,
    Map<String, List<Path>> authorities,
    Map<String, ClientCertificate> clients) {
  /** The usual certificates, all hosts verified. */
  public static final TlsOptions NONE = new TlsOptions(Set.of(), Map.of(), Map.of());

  /** Makes the collections immutable. */
  public TlsOptions {
    unverifiedHosts = Set.copyOf(unverifiedHosts);
    authorities = Map.copyOf(authorities);
    clients = Map.copyOf(clients);
  }

  /**
   * Who we are to a host.
   *
   * @param certificate a file with our certificate, and those above it if there are any
   * @param key a file with its private key, not encrypted
   */
  public record ClientCertificate(Path certificate, Path key) {
    /** Checks the parts. */
    public ClientCertificate {
      requireNonNull(certificate, "certificate is null");
      requireNonNull(key, "key is null");
    }
  }

  /** The same, but the certificates of these hosts are not verified. */
  public TlsOptions withUnverifiedHosts(Set<String> hosts) {
    return new TlsOptions(hosts, authorities, clients);
  }
}
