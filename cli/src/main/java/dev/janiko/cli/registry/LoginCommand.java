package dev.janiko.cli.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.registry.auth.Credential;
import dev.janiko.registry.auth.CredentialFile;
import dev.janiko.registry.auth.CredentialStore;
import dev.janiko.registry.client.RegistryClient;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code janiko login}: keeps credentials for a registry, after it took them. */
@Command(
    name = "login",
    description = "Checks credentials with a registry and keeps them.",
    sortOptions = false)
final class LoginCommand implements Callable<Integer> {
  private static final int MAX_PASSWORD = 64 << 10;

  private final Surroundings surroundings;
  private final InputStream in;

  @Mixin private RegistryFlags registry = new RegistryFlags();

  @Parameters(
      arity = "0..1",
      paramLabel = "REGISTRY",
      description = "HOST[:PORT][/PATH]; Docker Hub if not given.")
  private String place = "docker.io";

  @Option(
      names = {"-u", "--username"},
      required = true,
      paramLabel = "USER",
      description = "The user's name.")
  private String user = "";

  @Option(
      names = {"-p", "--password"},
      paramLabel = "PASSWORD",
      description = "The password. Others can see command lines: better --password-stdin.")
  private @Nullable String password;

  @Option(names = "--password-stdin", description = "Read the password from standard input.")
  private boolean passwordStdin;

  LoginCommand(Surroundings surroundings, InputStream in) {
    this.surroundings = surroundings;
    this.in = in;
  }

  @Override
  public Integer call() {
    if (password != null && passwordStdin) {
      throw new UsageException("--password and --password-stdin contradict each other");
    }
    String where = keyOf(place);
    RegistryWork work = new RegistryWork(surroundings, registry);
    return work.run(() -> {
      Credential.UserPassword given = new Credential.UserPassword(user, password());
      CredentialStore alone =
          (host, repository) -> Optional.of(new CredentialStore.Found(given, "the command line"));
      Map<String, String> environment = surroundings.environment();
      try (RegistryClient client = work.settings().client(true, environment, work.told(), alone)) {
        client.checkLogin(hostOf(where));
      }
      String kept = file(environment, registry).store(where, given);
      surroundings.err().println("logged in to " + where + "; the credentials are in " + kept);
    });
  }

  private String password() throws IOException {
    String given = password;
    if (given != null) {
      surroundings.err().println("WARNING: others can see --password; use --password-stdin");
      return given;
    }
    if (passwordStdin) {
      String text = new String(in.readNBytes(MAX_PASSWORD), UTF_8);
      if (text.isBlank()) {
        throw new UsageException("there is no password on standard input");
      }
      return text.replaceFirst("\r?\n$", "");
    }
    char[] typed =
        Optional.ofNullable(System.console())
            .filter(Console::isTerminal)
            .map(console -> console.readPassword("Password: "))
            .orElseThrow(() -> new UsageException("the password is missing: add --password-stdin"));
    return new String(typed);
  }

  static CredentialFile file(Map<String, String> environment, RegistryFlags flags)
      throws IOException {
    return flags.authFile == null
        ? CredentialFile.usual(environment)
        : CredentialFile.at(flags.authFile, environment);
  }

  /** The registry as credentials are kept for it. */
  static String keyOf(String place) {
    String key = place.replaceFirst("^https?://", "").replaceFirst("/+$", "");
    key = key.replaceFirst("/v[12]$", "");
    if (key.isEmpty() || key.contains("@") || key.contains(" ")) {
      throw new UsageException("not a registry: " + place);
    }
    return key.equals("index.docker.io") || key.equals("registry-1.docker.io") ? "docker.io" : key;
  }

  private static String hostOf(String key) {
    int slash = key.indexOf('/');
    return slash < 0 ? key : key.substring(0, slash);
  }
}
