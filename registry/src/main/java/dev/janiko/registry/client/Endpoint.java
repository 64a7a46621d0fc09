package dev.janiko.registry.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.janiko.registry.RegistryException;
import dev.janiko.registry.auth.Authenticator;
import dev.janiko.registry.auth.CredentialStore;
import dev.janiko.registry.auth.Scope;
import dev.janiko.registry.transport.Hosts;
import dev.janiko.registry.transport.Http;
import dev.janiko.registry.transport.HttpAnswer;
import dev.janiko.registry.transport.HttpCall;
import dev.janiko.registry.transport.Redirects;
import dev.janiko.registry.transport.RetryPolicy;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One registry: where it is, who we are to it, and how requests get through to it. Safe for use by
 * threads.
 */
final class Endpoint {
  private static final String HUB = "docker.io";
  private static final String HUB_HOST = "registry-1.docker.io";
  private static final String AUTHORIZATION = "Authorization";
  private static final int MAX_PING = 1024;

  private final String registry;
  private final Http http;
  private final Authenticator authenticator;
  private final AtomicBoolean greeted = new AtomicBoolean();
  private volatile @Nullable URI base;

  Endpoint(String registry, CredentialStore store, Http http) {
    this.registry = registry;
    this.http = http;
    this.authenticator = Authenticator.create(registry, store, http);
  }

  String registry() {
    return registry;
  }

  RetryPolicy retry() {
    return http.options().retry();
  }

  /**
   * Sends a request until its answer is one of those hoped for.
   *
   * @param hoped which statuses are answers; all others are refusals
   * @return the answer, to be closed
   * @throws RegistryException for refusals and silence; for a call that is made once, silence is an
   *     IOException
   */
  HttpAnswer send(Call call, IntPredicate hoped) throws IOException {
    return send(call, hoped, answer -> answer);
  }

  /** What is made of an answer while the request can still be repeated. */
  interface Use<T> {
    T of(HttpAnswer answer) throws IOException;
  }

  /**
   * Sends a request until its answer is one of those hoped for, and makes something of it, such as
   * reading its body. A connection that breaks meanwhile leads to a repetition, too.
   *
   * @param hoped which statuses are answers; all others are refusals
   * @throws RegistryException for refusals and silence; for a call that is made once, silence is an
   *     IOException
   */
  <T> T send(Call call, IntPredicate hoped, Use<T> use) throws IOException {
    RetryPolicy.Tries tries = retry().start();
    while (true) {
      try {
        HttpAnswer answer = exchange(call);
        if (hoped.test(answer.status())) {
          return use.of(answer);
        }
        try (answer) {
          boolean again = !call.isOnce() && RetryPolicy.isTransient(answer.status());
          if (!again || !tries.awaitNext(answer.header("Retry-After"))) {
            throw Refusal.of(call, registry, answer, authenticator.describe(repository(call)));
          }
        }
      } catch (RegistryException e) {
        throw e;
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted() || call.isOnce()) {
          throw e;
        }
        if (!tries.awaitNext(e)) {
          throw Refusal.unreachable(call, registry, e);
        }
      }
    }
  }

  private static String repository(Call call) {
    return call.scope().repository();
  }

  /** One request with its redirects, and once more if it is challenged. */
  private HttpAnswer exchange(Call call) throws IOException {
    URI origin = base();
    URI uri = target(origin, call.target());
    Optional<String> authorization = authenticator.authorization(call.scope());
    boolean challenged = false;
    int hops = 0;
    while (true) {
      boolean home = Hosts.sameOrigin(uri, origin);
      HttpAnswer answer = http.send(request(call, uri, home ? authorization : Optional.empty()));
      if (answer.status() == 401 && home && !challenged) {
        challenged = true;
        Optional<String> next = answerTo(answer, call.scope(), authorization);
        if (next.isPresent()) {
          answer.close();
          authorization = next;
          continue;
        }
      }
      Optional<URI> next = redirect(call, answer);
      if (next.isEmpty()) {
        return answer;
      }
      answer.close();
      if (++hops > Redirects.MAX_HOPS) {
        throw RegistryException.of(
                RegistryException.Kind.REFUSED, registry + " redirects in circles")
            .host(registry)
            .operation(call.operation())
            .build();
      }
      uri = next.get();
    }
  }

  private Optional<String> answerTo(HttpAnswer answer, Scope scope, Optional<String> sent)
      throws IOException {
    try {
      return authenticator.answer(answer.uri(), answer.headers("WWW-Authenticate"), scope, sent);
    } catch (IOException e) {
      answer.close();
      throw e;
    }
  }

  private static Optional<URI> redirect(Call call, HttpAnswer answer) throws RegistryException {
    Optional<String> location = answer.header("Location");
    if (!Redirects.isRedirect(answer.status()) || location.isEmpty()) {
      return Optional.empty();
    }
    boolean reads = call.method().equals("GET") || call.method().equals("HEAD");
    boolean keeps = answer.status() == 307 || answer.status() == 308;
    if (!reads && !keeps) {
      return Optional.empty();
    }
    try {
      return Optional.of(Redirects.follow(answer.uri(), location.get()));
    } catch (RegistryException e) {
      answer.close();
      throw e;
    }
  }

  private static HttpCall request(Call call, URI uri, Optional<String> authorization) {
    Map<String, String> headers = new HashMap<>(call.headers());
    authorization.ifPresent(value -> headers.put(AUTHORIZATION, value));
    return new HttpCall(call.method(), uri, headers, call.content());
  }

  private static URI target(URI origin, String target) {
    return target.startsWith("/") ? URI.create(origin + target) : URI.create(target);
  }

  /** The place that a {@code Location} header leads to, as a target for further calls. */
  String place(HttpAnswer answer) throws RegistryException {
    Optional<String> location = answer.header("Location");
    if (location.isEmpty()) {
      throw RegistryException.of(
              RegistryException.Kind.INVALID, registry + " does not say where to upload to")
          .host(registry)
          .url(Redirects.redacted(answer.uri()))
          .build();
    }
    return Redirects.follow(answer.uri(), location.get()).toString();
  }

  /** Where the registry is; asked for once if it may be either of HTTP and HTTPS. */
  private URI base() throws IOException {
    URI known = base;
    if (known != null) {
      return known;
    }
    synchronized (this) {
      if (base == null) {
        String host = registry.equals(HUB) ? HUB_HOST : registry;
        URI secure = URI.create("https://" + host);
        boolean plain = http.options().mayBePlain(host) && speaksPlain("http://" + host);
        base = plain ? URI.create("http://" + host) : secure;
      }
      return base;
    }
  }

  /**
   * Makes the acquaintance of the registry: a connection stands then, and the challenge is known
   * that it makes, so that many first requests need not find out one by one.
   *
   * @throws IOException if it does not answer; whoever asks it for something hears that, too
   */
  void greet() throws IOException {
    URI origin = base();
    if (greeted.compareAndSet(false, true)) {
      try (HttpAnswer answer = http.send(ping(origin.toString()))) {
        learn(answer);
      }
    }
  }

  private static HttpCall ping(String origin) {
    return new HttpCall("GET", URI.create(origin + "/v2/"), Map.of(), Optional.empty());
  }

  private void learn(HttpAnswer answer) {
    if (answer.status() == 401) {
      authenticator.learn(answer.uri(), answer.headers("WWW-Authenticate"));
    }
  }

  /** Asks in plain HTTP; a server of TLS says so in words, or closes. */
  private boolean speaksPlain(String origin) throws IOException {
    try (HttpAnswer answer = http.send(ping(origin))) {
      if (answer.status() != 400) {
        greeted.set(true);
        learn(answer);
        return true;
      }
      return !new String(answer.start(MAX_PING), UTF_8).contains("HTTPS");
    } catch (IOException e) {
      if (Http.wasHungUp(e)) {
        return false;
      }
      throw e;
    }
  }
}
