package dev.janiko.registry.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.RegistryException.Kind;
import dev.janiko.registry.auth.CredentialStore.Found;
import dev.janiko.registry.json.JsonReader;
import dev.janiko.registry.transport.ErrorAnswer;
import dev.janiko.registry.transport.Hosts;
import dev.janiko.registry.transport.Http;
import dev.janiko.registry.transport.HttpAnswer;
import dev.janiko.registry.transport.HttpCall;
import dev.janiko.registry.transport.Redirects;
import dev.janiko.registry.transport.RetryPolicy;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Fetches bearer tokens where a registry's challenge says (distribution: token authentication,
 * OAuth 2 for identity tokens). The realm is checked before anything is sent to it, and redirects
 * of it stay on its own host.
 */
final class TokenService {
  private static final int MAX_ANSWER = 1 << 20;
  private static final Duration DEFAULT_LIFE = Duration.ofSeconds(60);
  private static final String CLIENT = "janiko";

  private final String registry;
  private final CredentialStore store;
  private final Http http;

  TokenService(String registry, CredentialStore store, Http http) {
    this.registry = registry;
    this.store = store;
    this.http = http;
  }

  Token fetch(URI asked, Challenge challenge, List<String> grants, Optional<Found> found)
      throws IOException {
    URI realm = Redirects.realm(asked, challenge.get("realm"));
    if (found.isPresent() && !http.options().trustsRealm(registry, asked, realm)) {
      throw foreign(realm, found.get());
    }
    HttpCall call = call(realm, challenge.get("service"), grants, found);
    RetryPolicy.Tries tries = http.options().retry().start();
    while (true) {
      try (HttpAnswer answer = send(call)) {
        boolean again = RetryPolicy.isTransient(answer.status());
        if (!again || !tries.awaitNext(answer.header("Retry-After"))) {
          return token(answer, grants, found);
        }
      } catch (RegistryException e) {
        throw e;
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted() || !tries.awaitNext(e)) {
          throw failed(Kind.UNREACHABLE, "token service does not answer", found)
              .url(Redirects.redacted(realm))
              .cause(e)
              .build();
        }
      }
    }
  }

  /** A registry must not have our secret sent to somebody else. */
  private RegistryException foreign(URI realm, Found found) {
    return RegistryException.of(
            Kind.UNAUTHORIZED,
            registry
                + " wants the credentials from "
                + found.source()
                + " sent to "
                + realm.getHost()
                + ", which is another site")
        .host(registry)
        .hint(
            "if that is right, allow it with --registry-token-realm "
                + registry
                + "="
                + realm.getHost())
        .build();
  }

  private HttpCall call(URI realm, String service, List<String> grants, Optional<Found> found) {
    StringBuilder query = new StringBuilder();
    if (!service.isEmpty()) {
      parameter(query, "service", service);
    }
    if (found.isPresent() && found.get().credential() instanceof Credential.IdentityToken token) {
      parameter(query, "scope", String.join(" ", grants));
      parameter(query, "grant_type", "refresh_token");
      parameter(query, "client_id", CLIENT);
      parameter(query, "refresh_token", token.token());
      byte[] form = query.toString().getBytes(UTF_8);
      return new HttpCall(
          "POST",
          realm,
          Map.of(),
          Optional.of(HttpCall.bytes("application/x-www-form-urlencoded", form)));
    }
    grants.forEach(grant -> parameter(query, "scope", grant));
    Map<String, String> headers = new HashMap<>();
    if (found.isPresent() && found.get().credential() instanceof Credential.UserPassword pair) {
      parameter(query, "account", pair.user());
      byte[] bytes = (pair.user() + ":" + pair.password()).getBytes(UTF_8);
      headers.put("Authorization", "Basic " + Base64.getEncoder().encodeToString(bytes));
    }
    String joint = realm.getRawQuery() == null ? "?" : "&";
    URI full = query.isEmpty() ? realm : URI.create(withoutFragment(realm) + joint + query);
    return new HttpCall("GET", full, headers, Optional.empty());
  }

  private static String withoutFragment(URI uri) {
    String text = uri.toString();
    int hash = text.indexOf('#');
    return hash < 0 ? text : text.substring(0, hash);
  }

  private static void parameter(StringBuilder query, String name, String value) {
    query.append(query.isEmpty() ? "" : "&").append(name).append('=');
    query.append(URLEncoder.encode(value, UTF_8));
  }

  private HttpAnswer send(HttpCall call) throws IOException {
    HttpCall next = call;
    for (int hop = 0; hop <= Redirects.MAX_HOPS; hop++) {
      HttpAnswer answer = http.send(next);
      Optional<String> location = answer.header("Location");
      if (!Redirects.isRedirect(answer.status()) || location.isEmpty()) {
        return answer;
      }
      answer.close();
      URI to = Redirects.follow(next.uri(), location.get());
      if (!Hosts.sameOrigin(next.uri(), to)) {
        throw RegistryException.of(
                Kind.REFUSED, "token service of " + registry + " redirects to another host")
            .host(registry)
            .url(Redirects.redacted(to))
            .build();
      }
      next = new HttpCall(next.method(), to, next.headers(), next.body());
    }
    throw RegistryException.of(
            Kind.REFUSED, "token service of " + registry + " redirects in circles")
        .host(registry)
        .build();
  }

  private Token token(HttpAnswer answer, List<String> grants, Optional<Found> found)
      throws IOException {
    String url = Redirects.redacted(answer.uri());
    int status = answer.status();
    if (status != 200) {
      throw refused(answer, found);
    }
    Optional<byte[]> body = answer.bytes(MAX_ANSWER);
    if (body.isEmpty()) {
      throw failed(Kind.INVALID, "token service answered too much", found).url(url).build();
    }
    ObjectNode root = JsonReader.readObject(body.get(), "answer of the token service");
    String value = root.path("token").asText(root.path("access_token").asText(""));
    if (value.isEmpty() || value.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw failed(Kind.INVALID, "token service answered without a token", found).url(url).build();
    }
    long life = root.path("expires_in").asLong(DEFAULT_LIFE.toSeconds());
    // A tenth of its life before it ends, a token is renewed: the request takes time, too.
    long nanos = Duration.ofSeconds(Math.clamp(life, 1, 86_400)).toNanos() / 10 * 9;
    return new Token(value, Set.copyOf(grants), System.nanoTime() + nanos);
  }

  private RegistryException refused(HttpAnswer answer, Optional<Found> found) {
    int status = answer.status();
    // OAuth answers 400 to a refresh token that is over.
    boolean denied = status == 401 || status == 403 || status == 400;
    Kind other = RetryPolicy.isTransient(status) ? Kind.UNAVAILABLE : Kind.REFUSED;
    String what = denied ? "access denied by the token service" : "token service refused";
    ErrorAnswer said = ErrorAnswer.of(answer);
    return failed(denied ? Kind.UNAUTHORIZED : other, what, found)
        .url(Redirects.redacted(answer.uri()))
        .status(status)
        .answer(said.code(), said.words())
        .build();
  }

  private RegistryException.Builder failed(Kind kind, String what, Optional<Found> found) {
    String hint =
        found
            .map(f -> "credentials from " + f.source() + " were used for " + registry)
            .orElseGet(() -> Authenticator.absent(registry, store));
    return RegistryException.of(kind, what).host(registry).hint(hint);
  }
}
