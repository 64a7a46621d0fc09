package dev.janiko.builder.support;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.janiko.registry.Digest;
import dev.janiko.registry.auth.CredentialStore;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.client.TransferListener;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.transport.RetryPolicy;
import dev.janiko.registry.transport.TransportOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * A registry in this process, on a free port: pulls, pushes and mounts, and counts downloads. Blobs
 * can be held back and spoilt. One repository is like any other: all see all blobs.
 */
public final class MemoryRegistry implements AutoCloseable {
  private static final int LONGEST_HOLD_SECONDS = 15;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final AtomicInteger uploads = new AtomicInteger();
  private final Map<String, Stored> manifests = new ConcurrentHashMap<>();
  private final AtomicInteger begun = new AtomicInteger();
  private final Map<String, ByteArrayOutputStream> sessions = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> downloads = new ConcurrentHashMap<>();
  private final Map<String, CountDownLatch> asked = new ConcurrentHashMap<>();
  private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();

  private static final class Stored {
    private final String type;
    private final byte[] bytes;

    private Stored(String type, byte[] bytes) {
      this.type = type;
      this.bytes = bytes.clone();
    }
  }

  private MemoryRegistry(HttpServer server) {
    this.server = server;
  }

  /** One with nothing in it. */
  public static MemoryRegistry open() throws IOException {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    HttpServer server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    MemoryRegistry registry = new MemoryRegistry(server);
    server.createContext("/", registry::handle);
    server.setExecutor(registry.threads);
    server.start();
    return registry;
  }

  /** A client that does not try again for long. */
  public RegistryClient client() {
    TransportOptions options =
        TransportOptions.of(Map.of())
            .withRetry(
                new RetryPolicy(
                    1,
                    Duration.ofMillis(1),
                    Duration.ofMillis(1),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(1)));
    return RegistryClient.create(options, CredentialStore.anonymous(), TransferListener.none());
  }

  /** A name in this registry. */
  public ImageReference name(String repository) {
    return ImageReference.parse("127.0.0.1:" + server.getAddress().getPort() + "/" + repository);
  }

  /** Stores an image under a name. */
  public ImageReference put(String repository, Image image) throws IOException {
    for (BlobSource blob : image.blobs()) {
      try (var in = blob.open()) {
        blobs.put(blob.descriptor().digest().toString(), in.readAllBytes());
      }
    }
    ImageReference name = name(repository);
    put(
        name.repository(),
        name.tagOrLatest(),
        image.manifest().mediaType(),
        image.manifest().bytes());
    return name;
  }

  private void put(String repository, String selector, String type, byte[] bytes) {
    Stored stored = new Stored(type, bytes);
    manifests.put(repository + ":" + selector, stored);
    manifests.put(repository + ":" + Digest.sha256Of(bytes), stored);
  }

  /** How many blobs were sent here. */
  public int uploads() {
    return uploads.get();
  }

  /** Replaces the bytes of a blob by others under the same digest. */
  public void spoil(Digest digest, byte[] bytes) {
    blobs.put(digest.toString(), bytes);
  }

  /** Makes a blob's downloads send all but its last byte, and wait until {@link #release}. */
  public void hold(Digest digest) {
    held.put(digest.toString(), new CountDownLatch(1));
  }

  /** Lets a held blob go. */
  public void release(Digest digest) {
    requireNonNull(held.get(digest.toString())).countDown();
  }

  /** Waits until a blob is asked for; false if that does not happen in some seconds. */
  public boolean awaitAsked(Digest digest) throws InterruptedException {
    return latch(digest.toString()).await(LONGEST_HOLD_SECONDS, TimeUnit.SECONDS);
  }

  private CountDownLatch latch(String digest) {
    return asked.computeIfAbsent(digest, _ -> new CountDownLatch(1));
  }

  /** How often a blob was downloaded. */
  public int downloads(Digest digest) {
    AtomicInteger count = downloads.get(digest.toString());
    return count == null ? 0 : count.get();
  }

  /** Whether a name leads to a manifest. */
  public boolean has(ImageReference name) {
    return manifests.containsKey(name.repository() + ":" + name.tagOrLatest());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (path.endsWith("/tags/list")) {
        tags(exchange, path.substring("/v2/".length(), path.indexOf("/tags/list")));
      } else if (path.contains("/manifests/")) {
        manifest(exchange, path);
      } else if (path.contains("/blobs/uploads/")) {
        upload(exchange, path);
      } else if (path.contains("/blobs/")) {
        blob(exchange, path.substring(path.lastIndexOf('/') + 1));
      } else {
        answer(exchange, 200, "application/json", new byte[0]);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Two tags a page, as registries may. */
  private void tags(HttpExchange exchange, String repository) throws IOException {
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    String last = query.startsWith("last=") ? query.substring("last=".length()) : "";
    List<String> page =
        manifests.keySet().stream()
            .filter(key -> key.startsWith(repository + ":") && !key.contains("sha256:"))
            .map(key -> key.substring(repository.length() + 1))
            .sorted()
            .filter(tag -> tag.compareTo(last) > 0)
            .limit(2)
            .toList();
    if (page.size() == 2) {
      exchange
          .getResponseHeaders()
          .set(
              "Link",
              "</v2/%s/tags/list?last=%s>; rel=\"next\"".formatted(repository, page.get(1)));
    }
    String names = page.stream().map(tag -> '"' + tag + '"').collect(Collectors.joining(","));
    byte[] bytes = ("{\"tags\":[" + names + "]}").getBytes(StandardCharsets.UTF_8);
    answer(exchange, 200, "application/json", bytes);
  }

  private void manifest(HttpExchange exchange, String path) throws IOException {
    int at = path.indexOf("/manifests/");
    String repository = path.substring("/v2/".length(), at);
    String selector = path.substring(at + "/manifests/".length());
    if (exchange.getRequestMethod().equals("PUT")) {
      byte[] bytes = exchange.getRequestBody().readAllBytes();
      put(repository, selector, exchange.getRequestHeaders().getFirst("Content-Type"), bytes);
      answer(exchange, 201, "text/plain", new byte[0]);
      return;
    }
    Stored stored = manifests.get(repository + ":" + selector);
    if (stored != null && exchange.getRequestMethod().equals("DELETE")) {
      manifests
          .entrySet()
          .removeIf(entry ->
              entry.getKey().startsWith(repository + ":")
                  && Arrays.equals(entry.getValue().bytes, stored.bytes));
      answer(exchange, 202, "text/plain", new byte[0]);
    } else if (stored == null) {
      answer(exchange, 404, "application/json", new byte[0]);
    } else {
      answer(exchange, 200, stored.type, stored.bytes);
    }
  }

  private void upload(HttpExchange exchange, String path) throws IOException {
    String query = String.valueOf(exchange.getRequestURI().getRawQuery()).replace("%3A", ":");
    String base = path.substring(0, path.indexOf("/uploads/") + "/uploads/".length());
    byte[] bytes = exchange.getRequestBody().readAllBytes();
    String session = path.substring(base.length());
    switch (exchange.getRequestMethod()) {
      case "POST" -> {
        String mounted = query.replaceAll(".*mount=([^&]*).*", "$1");
        if (blobs.containsKey(mounted)) {
          answer(exchange, 201, "text/plain", new byte[0]);
          return;
        }
        session = "s" + begun.incrementAndGet();
        sessions.put(session, new ByteArrayOutputStream());
        go(exchange, base + session, 0);
      }
      case "PATCH" -> {
        ByteArrayOutputStream all = requireNonNull(sessions.get(session));
        all.write(bytes);
        go(exchange, base + session, all.size());
      }
      case "PUT" -> {
        ByteArrayOutputStream all = requireNonNull(sessions.get(session));
        all.write(bytes);
        String digest = Digest.sha256Of(all.toByteArray()).toString();
        blobs.put(digest, all.toByteArray());
        uploads.incrementAndGet();
        answer(exchange, query.contains(digest) ? 201 : 400, "text/plain", new byte[0]);
      }
      default -> answer(exchange, 204, "text/plain", new byte[0]);
    }
  }

  private static void go(HttpExchange exchange, String place, int size) throws IOException {
    exchange.getResponseHeaders().set("Location", place);
    exchange.getResponseHeaders().set("Range", "0-" + Math.max(0, size - 1));
    answer(exchange, 202, "text/plain", new byte[0]);
  }

  private void blob(HttpExchange exchange, String digest) throws IOException, InterruptedException {
    byte[] bytes = blobs.get(digest);
    if (bytes == null) {
      answer(exchange, 404, "application/json", new byte[0]);
      return;
    }
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    downloads.computeIfAbsent(digest, _ -> new AtomicInteger()).incrementAndGet();
    latch(digest).countDown();
    exchange.sendResponseHeaders(200, bytes.length);
    CountDownLatch hold = held.get(digest);
    int now = hold == null ? bytes.length : bytes.length - 1;
    exchange.getResponseBody().write(bytes, 0, now);
    if (hold != null) {
      exchange.getResponseBody().flush();
      if (!hold.await(LONGEST_HOLD_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    }
    exchange.getResponseBody().write(bytes, now, bytes.length - now);
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] bytes)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head || bytes.length == 0 ? -1 : bytes.length);
    if (!head) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    // Connections are cut before held blobs are let go, so that those never arrive whole.
    server.stop(0);
    held.values().forEach(CountDownLatch::countDown);
    threads.shutdownNow();
  }
}
