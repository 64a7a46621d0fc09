package dev.janiko.tools;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * A registry of one image, on loopback: for the rehearsal that an AOT cache is made of, and for the
 * executor image to start from. It takes every push and keeps nothing.
 */
final class RehearsalRegistry implements AutoCloseable {
  private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

  private final HttpServer server;
  private final Path layer;
  private final String layerDigest;
  private final byte[] config;
  private final byte[] manifest;

  private RehearsalRegistry(HttpServer server, Path layer, Path archive) throws IOException {
    this.server = server;
    this.layer = layer;
    this.layerDigest = digest(Files.readAllBytes(layer));
    this.config =
        """
        {"architecture":"%s","os":"linux","config":{"Env":["PATH=/bin"]},
        "rootfs":{"type":"layers","diff_ids":["%s"]},"history":[{"created_by":"base"}]}
        """
            .formatted(
                MachineCode.of(System.getProperty("os.arch")).platformName(),
                digest(Files.readAllBytes(archive)))
            .getBytes(UTF_8);
    this.manifest =
        """
        {"schemaVersion":2,"mediaType":"%s",
        "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},
        "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip",
        "digest":"%s","size":%d}]}
        """
            .formatted(MANIFEST_TYPE, digest(config), config.length, layerDigest, Files.size(layer))
            .getBytes(UTF_8);
  }

  /**
   * Starts a registry.
   *
   * @param layer the only layer of its only image, compressed with gzip
   * @param archive the same layer, not compressed
   */
  static RehearsalRegistry start(Path layer, Path archive) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    RehearsalRegistry registry = new RehearsalRegistry(server, layer, archive);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v2/", registry::handle);
    server.start();
    return registry;
  }

  /** Returns the name of its host. */
  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
      switch (exchange.getRequestMethod()) {
        case "GET" -> get(exchange, path);
        case "POST", "PATCH" -> {
          exchange.getResponseHeaders().set("Location", path.replaceAll("/*$", "") + "/session");
          exchange.sendResponseHeaders(isMount(exchange) ? 201 : 202, -1);
        }
        case "PUT" -> exchange.sendResponseHeaders(201, -1);
        case "DELETE" -> exchange.sendResponseHeaders(204, -1);
        default -> exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  private static boolean isMount(HttpExchange exchange) {
    return String.valueOf(exchange.getRequestURI().getQuery()).contains("mount=");
  }

  private void get(HttpExchange exchange, String path) throws IOException {
    Map<String, byte[]> small =
        Map.of(
            "/v2/",
            "{}".getBytes(UTF_8),
            "/v2/base/manifests/latest",
            manifest,
            "/v2/base/blobs/" + digest(config),
            config);
    if (path.endsWith(layerDigest)) {
      exchange.sendResponseHeaders(200, Files.size(layer));
      Files.copy(layer, exchange.getResponseBody());
    } else if (small.containsKey(path)) {
      byte[] body = small.get(path);
      exchange.getResponseHeaders().set("Content-Type", MANIFEST_TYPE);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } else {
      exchange.sendResponseHeaders(404, -1);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
