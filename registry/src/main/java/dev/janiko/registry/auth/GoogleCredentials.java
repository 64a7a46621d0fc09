package dev.janiko.registry.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.RegistryException.Kind;
import dev.janiko.registry.json.JsonReader;
import dev.janiko.registry.transport.Http;
import dev.janiko.registry.transport.HttpAnswer;
import dev.janiko.registry.transport.HttpCall;
import dev.janiko.registry.transport.TransportOptions;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Google's application default credentials: the file that {@code GOOGLE_APPLICATION_CREDENTIALS}
 * names, gcloud's own file, or the metadata server of the machine (which is also how workload
 * identity in a cluster works). A helper program that is installed is asked before the server.
 */
final class GoogleCredentials implements CredentialStore {
  private static final String VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS";
  private static final String TOKEN_USER = "oauth2accesstoken";
  private static final String KEY_USER = "_json_key";
  private static final int MAX_ANSWER = 64 << 10;
  private static final TransportOptions.Timeouts QUICK =
      new TransportOptions.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(10));

  private final Map<String, String> environment;
  private final HelperCredentials programs;

  GoogleCredentials(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
    this.programs =
        new HelperCredentials(this.environment, CloudHosts::isGoogle, List.of("gcr", "gcloud"));
  }

  @Override
  public Optional<Found> find(String registry, String repository) throws RegistryException {
    if (!CloudHosts.isGoogle(registry)) {
      return Optional.empty();
    }
    Optional<Path> file = file();
    if (file.isPresent()) {
      return Optional.of(fromFile(file.get(), registry));
    }
    Optional<Found> found = programs.find(registry, repository);
    return found.isPresent() ? found : fromMachine();
  }

  @Override
  public String searched(String registry) {
    return CloudHosts.isGoogle(registry)
        ? "neither $" + VARIABLE + " nor a metadata server gives any"
        : "";
  }

  private Optional<Path> file() {
    String named = environment.getOrDefault(VARIABLE, "");
    if (!named.isEmpty()) {
      return Optional.of(Path.of(named));
    }
    String home = environment.getOrDefault("HOME", "");
    Path usual = Path.of(home, ".config", "gcloud", "application_default_credentials.json");
    return !home.isEmpty() && Files.isReadable(usual) ? Optional.of(usual) : Optional.empty();
  }

  private Found fromFile(Path file, String registry) throws RegistryException {
    String text;
    ObjectNode root;
    try {
      text = Files.readString(file);
      root = JsonReader.readObject(text.getBytes(UTF_8), "credentials");
    } catch (IOException e) {
      // A parser's words may quote the secret.
      throw unusable(file, registry, "cannot be read as JSON");
    }
    return switch (root.path("type").asText("")) {
      case "service_account" -> new Found(new Credential.UserPassword(KEY_USER, text), "" + file);
      case "authorized_user" -> {
        Optional<String> token = exchanged(root);
        if (token.isEmpty()) {
          throw unusable(file, registry, "hold a token that Google does not take any more");
        }
        yield new Found(new Credential.UserPassword(TOKEN_USER, token.get()), "" + file);
      }
      default ->
          throw unusable(
              file, registry, "are of the kind \"" + root.path("type").asText("") + "\"");
    };
  }

  private static RegistryException unusable(Path file, String registry, String why) {
    return RegistryException.of(Kind.CREDENTIALS, "Google's credentials in " + file + " " + why)
        .host(registry)
        .hint(
            "service_account and authorized_user are understood; for others name "
                + "docker-credential-gcr in docker's config.json")
        .build();
  }

  private Optional<String> exchanged(ObjectNode root) {
    String form =
        "grant_type=refresh_token"
            + field("client_id", root)
            + field("client_secret", root)
            + field("refresh_token", root);
    String uri = root.path("token_uri").asText("https://oauth2.googleapis.com/token");
    HttpCall.Body body = HttpCall.bytes("application/x-www-form-urlencoded", form.getBytes(UTF_8));
    return token(
        new HttpCall("POST", URI.create(uri), Map.of(), Optional.of(body)),
        TransportOptions.of(environment));
  }

  private static String field(String name, ObjectNode root) {
    return "&" + name + "=" + URLEncoder.encode(root.path(name).asText(""), UTF_8);
  }

  private Optional<Found> fromMachine() {
    String host = environment.getOrDefault("GCE_METADATA_HOST", "metadata.google.internal");
    URI uri =
        URI.create(
            "http://" + host + "/computeMetadata/v1/instance/service-accounts/default/token");
    HttpCall call = new HttpCall("GET", uri, Map.of("Metadata-Flavor", "Google"), Optional.empty());
    // The server is part of the machine: no proxy leads to it.
    return token(call, TransportOptions.of(Map.of()))
        .map(token ->
            new Found(new Credential.UserPassword(TOKEN_USER, token), "Google's metadata server"));
  }

  private static Optional<String> token(HttpCall call, TransportOptions options) {
    try (Http http = Http.create(options.withTimeouts(QUICK));
        HttpAnswer answer = http.send(call)) {
      Optional<byte[]> body = answer.bytes(MAX_ANSWER);
      if (answer.status() != 200 || body.isEmpty()) {
        return Optional.empty();
      }
      String token = JsonReader.readObject(body.get(), "token").path("access_token").asText("");
      return token.isEmpty() ? Optional.empty() : Optional.of(token);
    } catch (IOException e) {
      // This is not a machine of Google's, or it has no such service.
      return Optional.empty();
    }
  }
}
