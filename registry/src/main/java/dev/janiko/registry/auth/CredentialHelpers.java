package dev.janiko.registry.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.cloud.tools.jib.registry.credentials.CredentialHelperNotFoundException;
import com.google.cloud.tools.jib.registry.credentials.CredentialHelperUnhandledServerUrlException;
import com.google.cloud.tools.jib.registry.credentials.DockerCredentialHelper;
import dev.janiko.registry.RegistryException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the programs {@code docker-credential-…}. They are looked for on the environment's PATH and
 * in {@code /kaniko}; one that does not answer within a minute is given up.
 */
final class CredentialHelpers {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** What helpers say when they have no credential for a server. */
  private static final List<String> NOTHING =
      List.of("credentials not found", "no credentials", "not found in native keychain");

  private static final int TRIES = 3;
  private static final String ALSO = "/kaniko";
  private static final String EMPTY_PATH = "/usr/local/bin:/usr/bin:/bin";

  private final Map<String, String> environment;

  CredentialHelpers(Map<String, String> environment) {
    this.environment = environment;
  }

  static String program(String helper) {
    return "docker-credential-" + helper;
  }

  /** The credential that the helper keeps for the server, if it keeps one. */
  Optional<Credential> ask(String helper, String server, String source) throws RegistryException {
    Path program = find(helper, server, source);
    DockerCredentialHelper jib = new DockerCredentialHelper(server, program, environment);
    FutureTask<com.google.cloud.tools.jib.api.Credential> task =
        new FutureTask<>(() -> retrieve(jib));
    Thread.ofPlatform().daemon().name(program(helper)).start(task);
    try {
      return Optional.of(credential(task.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)));
    } catch (TimeoutException e) {
      task.cancel(true);
      throw failed(helper, server, "did not answer within " + PATIENCE.toSeconds() + " seconds", e);
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw failed(helper, server, "was interrupted", e);
    } catch (ExecutionException e) {
      return switch (e.getCause()) {
        case CredentialHelperUnhandledServerUrlException cause -> unhandled(cause, helper, server);
        case CredentialHelperNotFoundException cause ->
            throw failed(helper, server, "cannot be run", cause);
        case IOException cause ->
            throw failed(helper, server, "failed: " + cause.getMessage(), cause);
        case null, default -> throw failed(helper, server, "failed", e);
      };
    }
  }

  /**
   * Gives the helper something to do beside finding: {@code store} with a credential, {@code erase}
   * with a server.
   */
  void tell(String helper, String verb, String input, Told told) throws RegistryException {
    Path program = find(helper, told.server(), told.source());
    try {
      ProcessBuilder builder =
          new ProcessBuilder(program.toString(), verb).redirectErrorStream(true);
      builder.environment().clear();
      builder.environment().putAll(environment);
      Process process = builder.start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(UTF_8));
      }
      boolean ended = process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.destroyForcibly();
        throw failed(helper, told.server(), "did not answer to " + verb, null);
      }
      String said = new String(process.getInputStream().readNBytes(500), UTF_8).strip();
      if (process.exitValue() != 0) {
        String words = said.contains("{") ? "" : ": " + said.replace('\n', ' ');
        throw failed(helper, told.server(), "refused to " + verb + words, null);
      }
    } catch (RegistryException e) {
      throw e;
    } catch (IOException e) {
      throw failed(helper, told.server(), "failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(helper, told.server(), "was interrupted", e);
    }
  }

  /** The server that a helper is told about, and what names the helper. */
  record Told(String server, String source) {}

  /**
   * Tells a helper that knows nothing of the server from one that failed: jib calls both unhandled.
   * What looks like JSON is not shown, as it may hold the secret.
   */
  private static Optional<Credential> unhandled(
      CredentialHelperUnhandledServerUrlException cause, String helper, String server)
      throws RegistryException {
    String message = String.valueOf(cause.getMessage());
    String output = message.substring(message.lastIndexOf("\n\n") + 1).strip();
    String lower = output.toLowerCase(Locale.ROOT);
    if (NOTHING.stream().anyMatch(lower::contains)) {
      return Optional.empty();
    }
    String words = output.contains("{") ? "its answer has no user and secret" : output;
    throw failed(helper, server, "failed: " + words.replace('\n', ' '), null);
  }

  /** A helper that answers without reading its input may be gone before we have written it. */
  private static com.google.cloud.tools.jib.api.Credential retrieve(DockerCredentialHelper jib)
      throws IOException,
          CredentialHelperNotFoundException,
          CredentialHelperUnhandledServerUrlException {
    for (int tried = 1; ; tried++) {
      try {
        return jib.retrieve();
      } catch (IOException e) {
        if (tried == TRIES || !String.valueOf(e.getMessage()).contains("Broken pipe")) {
          throw e;
        }
      }
    }
  }

  private static Credential credential(com.google.cloud.tools.jib.api.Credential found) {
    return found.isOAuth2RefreshToken()
        ? new Credential.IdentityToken(found.getPassword())
        : new Credential.UserPassword(found.getUsername(), found.getPassword());
  }

  /** Whether there is such a program. */
  boolean isInstalled(String helper) {
    return find(helper).isPresent();
  }

  private Path find(String helper, String server, String source) throws RegistryException {
    return find(helper)
        .orElseThrow(() ->
            RegistryException.of(
                    RegistryException.Kind.CREDENTIALS,
                    "credential helper " + program(helper) + " for " + server + " is not installed")
                .host(server)
                .hint("install it on the PATH, or take it out of " + source)
                .build());
  }

  private Optional<Path> find(String helper) {
    boolean plain = helper.chars().allMatch(c -> c != '/' && c != 0);
    String path = environment.getOrDefault("PATH", EMPTY_PATH) + ":" + ALSO;
    for (String folder : path.split(":", -1)) {
      if (plain && !folder.isEmpty()) {
        Path program = Path.of(folder, program(helper));
        if (Files.isExecutable(program) && !Files.isDirectory(program)) {
          return Optional.of(program);
        }
      }
    }
    return Optional.empty();
  }

  private static RegistryException failed(
      String helper, String server, String what, @Nullable Throwable cause) {
    return RegistryException.of(
            RegistryException.Kind.CREDENTIALS,
            "credential helper " + program(helper) + " for " + server + " " + what)
        .host(server)
        .cause(cause)
        .build();
  }
}
