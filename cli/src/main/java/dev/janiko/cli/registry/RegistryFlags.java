package dev.janiko.cli.registry;

import dev.janiko.cli.invocation.UsageException;
import dev.janiko.cli.registry.RegistrySettings.Exceptions;
import dev.janiko.registry.auth.BuiltInHelper;
import dev.janiko.registry.auth.RegistryCredentials;
import dev.janiko.registry.client.Mirrors;
import dev.janiko.registry.client.RegistryOptions;
import dev.janiko.registry.transport.TlsOptions;
import dev.janiko.registry.transport.TlsOptions.ClientCertificate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say how registries are reached. Kaniko's spellings, and docker's and skopeo's. */
public final class RegistryFlags {
  private static final String MIRROR = "KANIKO_REGISTRY_MIRROR";
  private static final String MAP = "KANIKO_REGISTRY_MAP";

  @Option(
      names = "--insecure",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Push by plain HTTP.")
  boolean insecure;

  @Option(
      names = "--insecure-pull",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Pull by plain HTTP.")
  boolean insecurePull;

  @Option(
      names = "--insecure-registry",
      paramLabel = "HOST[:PORT]",
      description = "Reach this registry by plain HTTP. Repeatable.")
  List<String> insecureRegistries = new ArrayList<>();

  @Option(
      names = "--skip-tls-verify",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Check no registry's certificate, pushing or pulling.")
  boolean skipTlsVerify;

  @Option(
      names = "--skip-tls-verify-pull",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Check no registry's certificate when pulling.")
  boolean skipTlsVerifyPull;

  @Option(
      names = "--skip-tls-verify-registry",
      paramLabel = "HOST[:PORT]",
      description = "Do not check this registry's certificate. Repeatable.")
  List<String> skipTlsVerifyRegistries = new ArrayList<>();

  @Option(
      names = "--registry-certificate",
      paramLabel = "HOST=FILE",
      description = "Trust these certificates (PEM) for a registry, too. Repeatable.")
  List<String> certificates = new ArrayList<>();

  @Option(
      names = "--registry-client-cert",
      paramLabel = "HOST=CERT,KEY",
      description = "Show a registry this certificate and key (PEM). Repeatable.")
  List<String> clientCertificates = new ArrayList<>();

  @Option(
      names = {"--registry-auth-file", "--authfile"},
      paramLabel = "FILE",
      description = "Look for credentials in this file first; the form is docker's config.json.")
  @Nullable Path authFile;

  @Option(
      names = "--credential-helpers",
      paramLabel = "NAME",
      description =
          "Ways to credentials without a file: env, google, ecr, acr, gitlab; all if not given, "
              + "none if empty. Repeatable.")
  @Nullable List<String> credentialHelpers;

  @Option(
      names = "--registry-token-realm",
      paramLabel = "HOST=REALM",
      description =
          "Let a registry have its credentials sent to the token service of another site. "
              + "Repeatable.")
  List<String> tokenRealms = new ArrayList<>();

  @Option(
      names = "--registry-mirror",
      paramLabel = "HOST[/PATH]",
      description = "Pull from this mirror of Docker Hub. Repeatable, tried in order.")
  List<String> mirrors = new ArrayList<>();

  @Option(
      names = "--registry-map",
      paramLabel = "HOST[/PATH]=HOST[/PATH]",
      description = "Pull from another place instead. Repeatable, or separated by semicolons.")
  List<String> maps = new ArrayList<>();

  @Option(
      names = "--skip-default-registry-fallback",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Fail if no mirror has an image.")
  boolean skipFallback;

  @Option(
      names = "--push-retry",
      paramLabel = "N",
      description = "Begin a blob or manifest again so often, beyond the usual repetitions.")
  int pushRetry;

  @Option(
      names = "--image-download-retry",
      paramLabel = "N",
      description = "Look for an image again so often, beyond the usual repetitions.")
  int downloadRetry;

  @Option(
      names = "--push-ignore-immutable-tag-errors",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "A tag that exists and must not change counts as pushed.")
  boolean ignoreImmutableTags;

  @Option(
      names = "--skip-push-permission-check",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Do not ask before the build whether it may be pushed.")
  boolean skipPushCheck;

  /** Returns the flags of a command that reads from registries alone. */
  public static RegistryFlags reading(List<String> insecure, List<String> skipTlsVerify) {
    RegistryFlags flags = new RegistryFlags();
    flags.insecureRegistries = insecure;
    flags.skipTlsVerifyRegistries = skipTlsVerify;
    return flags;
  }

  /**
   * Returns what the flags and the environment ask for.
   *
   * @throws UsageException if that cannot be meant
   */
  public RegistrySettings settings(Map<String, String> environment) {
    Mirrors found = mirrors(environment);
    Set<String> plain = new HashSet<>(insecureRegistries);
    found.targets().values().stream()
        .flatMap(List::stream)
        .filter(Mirrors.Target::plain)
        .forEach(target -> plain.add(target.registry()));
    return new RegistrySettings(
        new Exceptions(insecure, insecurePull, plain),
        new Exceptions(
            skipTlsVerify, skipTlsVerify || skipTlsVerifyPull, Set.copyOf(skipTlsVerifyRegistries)),
        new TlsOptions(Set.of(), authorities(), clients()),
        realms(),
        new RegistryCredentials.Options(Optional.ofNullable(authFile), helpers()),
        found,
        new RegistryOptions.Rules(
            notNegative("--image-download-retry", downloadRetry),
            notNegative("--push-retry", pushRetry),
            ignoreImmutableTags,
            !skipPushCheck));
  }

  private static int notNegative(String flag, int value) {
    if (value < 0) {
      throw new UsageException(flag + " is a number of times, not " + value);
    }
    return value;
  }

  private Mirrors mirrors(Map<String, String> environment) {
    List<String> all = new ArrayList<>(mirrors);
    List<String> allMaps = new ArrayList<>(maps);
    add(all, environment.getOrDefault(MIRROR, ""));
    add(allMaps, environment.getOrDefault(MAP, ""));
    try {
      return Mirrors.parse(all, allMaps, !skipFallback);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--registry-mirror or --registry-map: " + e.getMessage());
    }
  }

  private static void add(List<String> all, String value) {
    if (!value.isBlank()) {
      all.add(value.strip());
    }
  }

  private Map<String, List<Path>> authorities() {
    Map<String, List<Path>> all = new HashMap<>();
    for (String entry : certificates) {
      String[] parts = pair("--registry-certificate", entry, "HOST=FILE");
      all.computeIfAbsent(parts[0], _ -> new ArrayList<>()).add(Path.of(parts[1]));
    }
    return all;
  }

  private Map<String, ClientCertificate> clients() {
    Map<String, ClientCertificate> all = new HashMap<>();
    for (String entry : clientCertificates) {
      String[] parts = pair("--registry-client-cert", entry, "HOST=CERT,KEY");
      String[] files = parts[1].split(",", -1);
      if (files.length != 2 || files[0].isEmpty() || files[1].isEmpty()) {
        throw new UsageException("--registry-client-cert is HOST=CERT,KEY, not " + entry);
      }
      all.put(parts[0], new ClientCertificate(Path.of(files[0]), Path.of(files[1])));
    }
    return all;
  }

  private Map<String, Set<String>> realms() {
    Map<String, Set<String>> all = new HashMap<>();
    for (String entry : tokenRealms) {
      String[] parts = pair("--registry-token-realm", entry, "HOST=REALM");
      all.computeIfAbsent(parts[0], _ -> new HashSet<>()).add(parts[1]);
    }
    return all;
  }

  private static String[] pair(String flag, String entry, String form) {
    int equals = entry.indexOf('=');
    if (equals < 1 || equals == entry.length() - 1) {
      throw new UsageException(flag + " is " + form + ", not " + entry);
    }
    return new String[] {entry.substring(0, equals), entry.substring(equals + 1)};
  }

  private List<BuiltInHelper> helpers() {
    if (credentialHelpers == null) {
      return RegistryCredentials.Options.DEFAULT.helpers();
    }
    List<BuiltInHelper> all = new ArrayList<>();
    for (String name : credentialHelpers) {
      if (!name.isEmpty()) {
        all.add(
            BuiltInHelper.of(name)
                .orElseThrow(() ->
                    new UsageException(
                        "--credential-helpers is " + BuiltInHelper.NAMES + ", not " + name)));
      }
    }
    return all;
  }
}
