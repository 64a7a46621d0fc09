package dev.janiko.registry.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.janiko.registry.Digest;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.Family;
import dev.janiko.registry.image.Manifest;
import dev.janiko.registry.image.MediaTypes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A registry with one image whose only layer may be larger than any disk: its bytes are made when
 * they are asked for. It takes every push, checks the digests, and keeps nothing.
 */
public final class HugeImage implements AutoCloseable {
  private static final int BLOCK = 1 << 20;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong wrong = new AtomicLong();
  private final MessageDigest session = Digest.sha256Hasher();
  private final byte[] block = new byte[BLOCK];
  private final byte[] config;
  private final Manifest manifest;
  private final Descriptor layer;

  private HugeImage(HttpServer server, long size) {
    this.server = server;
    new Random(1).nextBytes(block);
    MessageDigest hasher = Digest.sha256Hasher();
    for (long left = size; left > 0; left -= BLOCK) {
      hasher.update(block, 0, (int) Math.min(BLOCK, left));
    }
    this.layer =
        new Descriptor(
            MediaTypes.OCI_LAYER_GZIP,
            Digest.ofSha256(hasher),
            size,
            Map.of(),
            Optional.empty(),
            "");
    this.config =
        """
        {"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["%s"]}}
        """
            .formatted(layer.digest())
            .getBytes(UTF_8);
    this.manifest =
        Manifest.of(
            Family.OCI, Descriptor.of(Family.OCI.configType(), config), List.of(layer), Map.of());
  }

  /**
   * Starts the registry.
   *
   * @param size how many bytes the layer has
   */
  public static HugeImage start(long size) throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    HugeImage image = new HugeImage(http, size);
    http.setExecutor(image.threads);
    http.createContext("/", image::serve);
    http.start();
    return image;
  }

  /** {@code 127.0.0.1:port}. */
  public String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** How many bytes were pushed in blobs that turned out to be what they should. */
  public long taken() {
    return taken.get();
  }

  /** How many blobs were pushed that are something else. */
  public long wrong() {
    return wrong.get();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      switch (exchange.getRequestMethod()) {
        case "GET" -> get(exchange, path);
        case "POST" -> {
          exchange.getResponseHeaders().set("Location", path + "s" + System.nanoTime());
          exchange.sendResponseHeaders(202, -1);
        }
        case "PATCH", "PUT" -> take(exchange, path);
        default -> exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  /** Takes a small blob with its closing request, and the large one by one request before it. */
  private void take(HttpExchange exchange, String path) throws IOException {
    boolean patched = exchange.getRequestMethod().equals("PATCH");
    boolean manifests = path.contains("/manifests/");
    MessageDigest hasher = patched ? session : Digest.sha256Hasher();
    long size = 0;
    byte[] buffer = new byte[64 << 10];
    InputStream in = exchange.getRequestBody();
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      hasher.update(buffer, 0, n);
      size += n;
    }
    taken.addAndGet(manifests ? 0 : size);
    if (patched) {
      exchange.getResponseHeaders().set("Location", path);
      exchange.sendResponseHeaders(202, -1);
      return;
    }
    if (!manifests) {
      String told = exchange.getRequestURI().getQuery().replaceFirst(".*digest=", "");
      MessageDigest whole = told.equals(layer.digest().toString()) ? session : hasher;
      wrong.addAndGet(Digest.parse(told).matches(whole) ? 0 : 1);
    }
    exchange.sendResponseHeaders(201, -1);
  }

  private void get(HttpExchange exchange, String path) throws IOException {
    if (path.endsWith(layer.digest().toString())) {
      exchange.sendResponseHeaders(200, layer.size());
      OutputStream out = exchange.getResponseBody();
      for (long left = layer.size(); left > 0; left -= BLOCK) {
        out.write(block, 0, (int) Math.min(BLOCK, left));
      }
      return;
    }
    byte[] body = path.contains("/manifests/") ? manifest.bytes() : config;
    if (path.equals("/v2/")) {
      body = "{}".getBytes(UTF_8);
    }
    exchange.getResponseHeaders().set("Content-Type", manifest.mediaType());
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
