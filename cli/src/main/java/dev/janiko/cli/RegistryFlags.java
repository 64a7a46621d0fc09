package dev.janiko.cli;

import dev.janiko.registry.auth.DockerCredentials;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.client.TransferListener;
import dev.janiko.registry.transport.TransportOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** How commands that only read reach registries. */
final class RegistryFlags {
  private static final String ALL_HOSTS = "*";

  @Option(
      names = {"--insecure", "--insecure-pull"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Reach registries by plain HTTP.")
  boolean insecure;

  @Option(
      names = "--insecure-registry",
      paramLabel = "HOST[:PORT]",
      description = "Reach this registry by plain HTTP. Repeatable.")
  List<String> insecureRegistries = new ArrayList<>();

  @Option(
      names = {"--skip-tls-verify", "--skip-tls-verify-pull"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Check no registry's certificate.")
  boolean skipTlsVerify;

  @Option(
      names = "--skip-tls-verify-registry",
      paramLabel = "HOST[:PORT]",
      description = "Do not check this registry's certificate. Repeatable.")
  List<String> skipTlsVerifyRegistries = new ArrayList<>();

  /** A client that reaches registries so. */
  RegistryClient client(Map<String, String> environment) {
    TransportOptions transport =
        TransportOptions.of(environment)
            .withInsecureHosts(hosts(insecure, insecureRegistries))
            .withUnverifiedHosts(hosts(skipTlsVerify, skipTlsVerifyRegistries));
    return RegistryClient.create(
        transport, DockerCredentials.of(environment), TransferListener.none());
  }

  private static Set<String> hosts(boolean all, List<String> named) {
    Set<String> hosts = new HashSet<>(named);
    if (all) {
      hosts.add(ALL_HOSTS);
    }
    return hosts;
  }
}
