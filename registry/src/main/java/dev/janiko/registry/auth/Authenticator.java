package dev.janiko.registry.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.janiko.registry.RegistryException;
import dev.janiko.registry.auth.CredentialStore.Found;
import dev.janiko.registry.transport.Http;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers the challenges of one registry: remembers which it made, finds the credentials, fetches
 * tokens and keeps them as long as they live. Safe for use by threads; two that need the same token
 * fetch it once.
 */
public final class Authenticator {
  private static final String BEARER = "bearer";
  private static final String BASIC = "basic";

  private final String registry;
  private final CredentialStore store;
  private final TokenService tokens;
  private final Map<String, Optional<Found>> credentials = new HashMap<>();
  private final Map<String, List<Token>> cache = new HashMap<>();
  private @Nullable Challenge known;
  private @Nullable URI origin;

  private Authenticator(String registry, CredentialStore store, Http http) {
    this.registry = requireNonNull(registry, "registry is null");
    this.store = requireNonNull(store, "store is null");
    this.tokens = new TokenService(registry, store, http);
  }

  /**
   * An authenticator that has not been challenged yet.
   *
   * @param registry the host with its port, {@code docker.io} for Docker Hub
   */
  public static Authenticator create(String registry, CredentialStore store, Http http) {
    return new Authenticator(registry, store, http);
  }

  /**
   * The {@code Authorization} to send with a request, if the registry wants one.
   *
   * @throws IOException if credentials or a token cannot be had
   */
  public synchronized Optional<String> authorization(Scope scope) throws IOException {
    Challenge challenge = known;
    URI asked = origin;
    if (challenge == null || asked == null) {
      return Optional.empty();
    }
    Optional<Found> found = credential(scope.repository());
    if (challenge.scheme().equals(BASIC)) {
      return found.flatMap(Authenticator::basic);
    }
    if (found.isPresent() && found.get().credential() instanceof Credential.RegistryToken token) {
      return Optional.of("Bearer " + token.token());
    }
    List<Token> kept = cache.computeIfAbsent(scope.repository(), _ -> new ArrayList<>());
    kept.removeIf(Token::isOver);
    for (Token token : kept) {
      if (Scope.covers(token.granted(), scope.grants())) {
        return Optional.of("Bearer " + token.value());
      }
    }
    Token token = tokens.fetch(asked, challenge, scope.grants(), found);
    kept.add(token);
    return Optional.of("Bearer " + token.value());
  }

  /**
   * Learns from a refusal of a request that asked for nothing, with status 401, how to ask.
   *
   * @param from the address that refused
   * @param headers the values of {@code WWW-Authenticate}
   */
  public synchronized void learn(URI from, List<String> headers) {
    if (known == null) {
      known = choose(Challenge.parse(headers)).orElse(null);
      origin = from;
    }
  }

  /**
   * Learns from a refusal with status 401.
   *
   * @param from the address that refused
   * @param headers the values of {@code WWW-Authenticate}
   * @param sent what was sent and refused, if anything
   * @return what to send instead, or empty if there is nothing better
   * @throws IOException if credentials or a token cannot be had
   */
  public synchronized Optional<String> answer(
      URI from, List<String> headers, Scope scope, Optional<String> sent) throws IOException {
    Optional<Challenge> best = choose(Challenge.parse(headers));
    if (best.isEmpty()) {
      return Optional.empty();
    }
    known = best.get();
    origin = from;
    if (sent.isPresent()) {
      forget(sent.get());
      // Passwords of clouds are over after some hours: the store may have another one by now.
      credentials.remove(scope.repository());
    }
    Optional<String> next = authorization(wanted(scope, best.get()));
    return next.equals(sent) ? Optional.empty() : next;
  }

  /** The scope with what the challenge asks for in front: some registries see only the first. */
  private static Scope wanted(Scope scope, Challenge challenge) {
    SequencedSet<String> grants = new LinkedHashSet<>();
    for (String grant : challenge.get("scope").split(" ", -1)) {
      if (!grant.isBlank() && !Scope.covers(Set.copyOf(scope.grants()), List.of(grant))) {
        grants.add(grant);
      }
    }
    grants.addAll(scope.grants());
    return new Scope(scope.repository(), List.copyOf(grants));
  }

  private static Optional<Challenge> choose(List<Challenge> challenges) {
    for (String scheme : List.of(BEARER, BASIC)) {
      for (Challenge challenge : challenges) {
        boolean usable = scheme.equals(BASIC) || !challenge.get("realm").isEmpty();
        if (challenge.scheme().equals(scheme) && usable) {
          return Optional.of(challenge);
        }
      }
    }
    return Optional.empty();
  }

  private void forget(String sent) {
    for (List<Token> kept : cache.values()) {
      kept.removeIf(token -> sent.equals("Bearer " + token.value()));
    }
  }

  private static Optional<String> basic(Found found) {
    return switch (found.credential()) {
      case Credential.UserPassword pair -> {
        byte[] bytes = (pair.user() + ":" + pair.password()).getBytes(UTF_8);
        yield Optional.of("Basic " + Base64.getEncoder().encodeToString(bytes));
      }
      case Credential.RegistryToken token -> Optional.of("Bearer " + token.token());
      case Credential.IdentityToken _ -> Optional.empty();
    };
  }

  private Optional<Found> credential(String repository) throws RegistryException {
    Optional<Found> found = credentials.get(repository);
    if (found == null) {
      found = store.find(registry, repository);
      credentials.put(repository, found);
    }
    return found;
  }

  /** Says for a message that there are no credentials, and where they were looked for. */
  static String absent(String registry, CredentialStore store) {
    String searched = store.searched(registry);
    return "no credentials were found for "
        + registry
        + (searched.isEmpty() ? "" : " (" + searched + ")");
  }

  /** Says for a message who we were to the repository, without any secret. */
  public synchronized String describe(String repository) {
    Optional<Found> found = credentials.get(repository);
    if (found == null) {
      return registry + " did not ask for credentials";
    }
    if (found.isEmpty()) {
      return absent(registry, store);
    }
    return "credentials from " + found.get().source() + " were used for " + registry;
  }
}
