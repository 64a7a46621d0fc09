package dev.janiko.registry.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A server on this machine that answers as the test says, and remembers what it was asked. */
public final class ScriptedServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  private ScriptedServer(HttpServer server) {
    this.server = server;
  }

  /** One request as it came in. */
  public record Asked(String method, String uri, Map<String, List<String>> headers, int size) {
    public @Nullable String header(String name) {
      return headers.entrySet().stream()
          .filter(entry -> entry.getKey().equalsIgnoreCase(name))
          .map(entry -> entry.getValue().getFirst())
          .findFirst()
          .orElse(null);
    }

    public String line() {
      return method + " " + uri;
    }
  }

  /** An answer; a body that is shorter than its length ends in a closed connection. */
  public static final class Answer {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;
    private final long length;

    private Answer(int status, Map<String, String> headers, byte[] body, long length) {
      this.status = status;
      this.headers = headers;
      this.body = body;
      this.length = length;
    }

    public static Answer of(int status) {
      return new Answer(status, Map.of(), new byte[0], 0);
    }

    public static Answer of(int status, byte[] body) {
      return new Answer(status, Map.of(), body, body.length);
    }

    public Answer with(String name, String value) {
      Map<String, String> more = new TreeMap<>(headers);
      more.put(name, value);
      return new Answer(status, more, body, length);
    }

    public Answer cutAfter(int bytes) {
      return new Answer(status, headers, Arrays.copyOf(body, bytes), length);
    }
  }

  /** Starts a server; {@code GET /v2/} answers 200 unless the script says otherwise by itself. */
  public static ScriptedServer start(Function<Asked, Answer> script) throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    ScriptedServer server = new ScriptedServer(http);
    http.setExecutor(server.threads);
    http.createContext("/", exchange -> server.serve(exchange, script));
    http.start();
    return server;
  }

  private void serve(HttpExchange exchange, Function<Asked, Answer> script) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Asked request =
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              Map.copyOf(exchange.getRequestHeaders()),
              body.length);
      boolean ping = request.uri().equals("/v2/");
      if (!ping) {
        asked.add(request);
      }
      Answer answer = ping ? Answer.of(200) : script.apply(request);
      answer.headers.forEach(exchange.getResponseHeaders()::add);
      boolean empty = answer.length == 0 || request.method().equals("HEAD");
      exchange.sendResponseHeaders(answer.status, empty ? -1 : answer.length);
      if (!empty) {
        exchange.getResponseBody().write(answer.body);
      }
    }
  }

  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** {@code 127.0.0.1:port}. */
  public String host() {
    return "127.0.0.1:" + port();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
