package dev.janiko.builder.bucket;

import dev.janiko.registry.transport.Http;
import dev.janiko.registry.transport.HttpAnswer;
import dev.janiko.registry.transport.HttpCall;
import dev.janiko.registry.transport.TransportOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks services that give out credentials, whose answers are short texts. */
final class SmallCalls {
  private static final int MAX_ANSWER = 64 << 10;
  private static final TransportOptions.Timeouts QUICK =
      new TransportOptions.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(10));

  private final Http http;

  SmallCalls(Http http) {
    this.http = http;
  }

  /** A service on the web. */
  Optional<String> web(HttpCall call) throws IOException {
    try (HttpAnswer answer = http.send(call)) {
      return text(answer);
    }
  }

  /** A service of this machine, to which no proxy leads; nothing if there is none. */
  Optional<String> machine(String method, String address, Map<String, String> headers) {
    HttpCall call = new HttpCall(method, URI.create(address), headers, Optional.empty());
    try (Http near = Http.create(TransportOptions.of(Map.of()).withTimeouts(QUICK));
        HttpAnswer answer = near.send(call)) {
      return text(answer);
    } catch (IOException expected) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(HttpAnswer answer) throws IOException {
    Optional<byte[]> bytes = answer.bytes(MAX_ANSWER);
    return answer.status() == 200
        ? bytes.map(it -> new String(it, StandardCharsets.UTF_8))
        : Optional.empty();
  }

  /** What is in an element of XML, of which the answers here have no two of a name. */
  static Optional<String> element(String xml, String name) {
    Matcher found = Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(xml);
    return found.find() ? Optional.of(found.group(1).strip()) : Optional.empty();
  }

  /** What a server says of its refusal: the status, and the code of its answer if it has one. */
  static String refusal(HttpAnswer answer) {
    String text = new String(answer.start(MAX_ANSWER), StandardCharsets.UTF_8);
    return "status " + answer.status() + element(text, "Code").map(code -> " " + code).orElse("");
  }
}
