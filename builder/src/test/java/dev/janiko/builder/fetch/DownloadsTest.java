package dev.janiko.builder.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.janiko.registry.Digest;
import dev.janiko.registry.transport.Http;
import dev.janiko.registry.transport.RetryPolicy;
import dev.janiko.registry.transport.TransportOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DownloadsTest {
  private static final RetryPolicy FAST =
      new RetryPolicy(
          3,
          Duration.ofMillis(1),
          Duration.ofMillis(2),
          Duration.ofSeconds(60),
          Duration.ofMillis(2));

  @TempDir private Path folder;
  private final Http http = Http.create(TransportOptions.of(Map.of()).withRetry(FAST));
  private final HttpServer server = create();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();

  private static HttpServer create() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void stop() throws IOException {
    server.stop(0);
    http.close();
  }

  private void serve(String path, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          authorizations.add(
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          try (exchange) {
            handler.handle(exchange);
          }
        });
  }

  private static void send(HttpExchange exchange, String text) throws IOException {
    exchange.sendResponseHeaders(200, text.length());
    exchange.getResponseBody().write(text.getBytes(UTF_8));
  }

  private static void redirect(HttpExchange exchange, String to) throws IOException {
    exchange.getResponseHeaders().set("Location", to);
    exchange.sendResponseHeaders(302, -1);
  }

  private String at(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private Path download(String address) throws IOException {
    return download(address, Optional.empty());
  }

  private Path download(String address, Optional<Digest> checksum) throws IOException {
    Path file = folder.resolve("file");
    new Downloads(http).download(WebAddress.parse(address), checksum, file);
    return file;
  }

  @Test
  void aFileIsItsOwnersAndHasTheServersTime() throws IOException {
    serve(
        "/a",
        exchange -> {
          exchange.getResponseHeaders().set("Last-Modified", "Mon, 03 Feb 2020 04:05:06 GMT");
          send(exchange, "text");
        });
    Path file = download(at("/a"));
    assertThat(file).hasContent("text");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.getLastModifiedTime(file).toInstant())
        .isEqualTo(Instant.parse("2020-02-03T04:05:06Z"));
  }

  @Test
  void aFileOfNoTimeIsOf1970() throws IOException {
    serve("/a", exchange -> send(exchange, "text"));
    assertThat(Files.getLastModifiedTime(download(at("/a"))).toInstant()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void redirectsAreFollowedAndLogInNowhereElse() throws IOException {
    serve("/a", exchange -> redirect(exchange, "/b?c=d"));
    serve("/b", exchange -> send(exchange, "text"));
    assertThat(download(at("/a").replace("://", "://user:pass@"))).hasContent("text");
    assertThat(authorizations).containsExactly("Basic dXNlcjpwYXNz", "Basic dXNlcjpwYXNz");
    authorizations.clear();
    serve("/c", exchange -> redirect(exchange, at("/b").replace("127.0.0.1", "localhost")));
    assertThat(download(at("/c").replace("://", "://user:pass@"))).hasContent("text");
    assertThat(authorizations).containsExactly("Basic dXNlcjpwYXNz", "null");
  }

  @Test
  void redirectsInCirclesEnd() {
    serve("/a", exchange -> redirect(exchange, "/a"));
    assertThatThrownBy(() -> download(at("/a"))).hasMessageContaining("redirects in circles");
  }

  @Test
  void whatIsMissingIsNotAskedForAgain() {
    AtomicInteger asked = new AtomicInteger();
    serve(
        "/a",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(404, -1);
        });
    assertThatThrownBy(() -> download(at("/a?token=s3cret")))
        .isInstanceOf(FetchException.class)
        .hasMessage("failed to fetch %s: invalid response status 404", at("/a?…"));
    assertThat(asked).hasValue(1);
  }

  @Test
  void whatFailsForNowIsAskedForAgain() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    serve(
        "/a",
        exchange -> {
          if (asked.incrementAndGet() < 3) {
            exchange.sendResponseHeaders(503, -1);
          } else {
            send(exchange, "text");
          }
        });
    assertThat(download(at("/a"))).hasContent("text");
  }

  @Test
  void aBrokenConnectionIsNoEndOfAFile() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    serve(
        "/a",
        exchange -> {
          if (asked.incrementAndGet() == 1) {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            throw new IOException("broken on purpose");
          }
          send(exchange, "text");
        });
    assertThat(download(at("/a"))).hasContent("text");
    assertThat(asked).hasValue(2);
  }

  @Test
  void aChecksumIsChecked() throws IOException {
    serve("/a", exchange -> send(exchange, "text"));
    Digest right = Digest.sha256Of("text".getBytes(UTF_8));
    Digest wrong = Digest.sha256Of(new byte[0]);
    assertThat(download(at("/a"), Optional.of(right))).hasContent("text");
    assertThatThrownBy(() -> download(at("/a"), Optional.of(wrong)))
        .hasMessageContaining("digest mismatch %s: %s", right, wrong);
  }

  @Test
  void aFileIsNamedAfterItsPath() {
    assertThat(WebAddress.parse("https://example.org/a/b.txt?x=/y").fileName()).isEqualTo("b.txt");
    assertThat(WebAddress.parse("https://example.org/a/b%20c/").fileName()).isEqualTo("b c");
    assertThat(WebAddress.parse("https://example.org").fileName()).isEqualTo("__unnamed__");
    assertThat(WebAddress.parse("https://example.org/?a").fileName()).isEqualTo("__unnamed__");
    assertThat(WebAddress.parse("https://u:p@example.org/ä b").toString())
        .isEqualTo("https://example.org/%C3%A4%20b");
  }

  @Test
  void anAddressNeedsAHost() {
    assertThatThrownBy(() -> WebAddress.parse("https:///a")).hasMessageContaining("no host");
  }
}
