package dev.janiko.registry.client;

import dev.janiko.registry.auth.Scope;
import dev.janiko.registry.transport.HttpCall;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request to a registry as its client means it.
 *
 * @param operation what it is for, as messages say it
 * @param method the HTTP method
 * @param target a path from the registry's root, or a whole address
 * @param scope what it needs to be allowed
 * @param extras headers, a body, and whether it may be repeated
 */
record Call(String operation, String method, String target, Scope scope, Extras extras) {
  /** What not every request has. */
  record Extras(Map<String, String> headers, Optional<HttpCall.Body> body, boolean once) {
    static final Extras NONE = new Extras(Map.of(), Optional.empty(), false);

    Extras {
      headers = Collections.unmodifiableMap(new TreeMap<>(headers));
    }
  }

  static Call of(String operation, String method, String target, Scope scope) {
    return new Call(operation, method, target, scope, Extras.NONE);
  }

  Call header(String name, String value) {
    Map<String, String> headers = new TreeMap<>(extras.headers);
    headers.put(name, value);
    return new Call(
        operation, method, target, scope, new Extras(headers, extras.body, extras.once));
  }

  Call body(HttpCall.Body body) {
    return new Call(
        operation,
        method,
        target,
        scope,
        new Extras(extras.headers, Optional.of(body), extras.once));
  }

  /** Sent once: the caller repeats more than this one request if it fails. */
  Call once() {
    return new Call(
        operation, method, target, scope, new Extras(extras.headers, extras.body, true));
  }

  Map<String, String> headers() {
    return extras.headers;
  }

  Optional<HttpCall.Body> content() {
    return extras.body;
  }

  boolean isOnce() {
    return extras.once;
  }
}
