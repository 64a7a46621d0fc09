package dev.janiko.registry.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A real registry (the Debian package docker-registry) on a free port of this machine. */
public final class RealRegistry implements AutoCloseable {
  /** A user that registries with a password file know, with the password {@code secret}. */
  public static final String USER = "janiko";

  /** bcrypt of {@code secret}. */
  private static final String HTPASSWD =
      USER + ":$2y$05$s4jbm1Ay4rR/uG57It5Jg.Pc.PRGMSxhzss9boIKKYaMdhsKVqTYy\n";

  private final Process process;
  private final int port;

  private RealRegistry(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  public static RealRegistry open(Path folder) throws Exception {
    return start(folder, "");
  }

  public static RealRegistry withPassword(Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("htpasswd"), HTPASSWD);
    return start(folder, "auth:\n  htpasswd:\n    realm: test\n    path: %s\n".formatted(file));
  }

  /** One that speaks TLS with a certificate that nobody trusts. */
  public static RealRegistry withTls(Path folder) throws Exception {
    Path key = folder.resolve("key.pem");
    Path certificate = folder.resolve("cert.pem");
    Programs.run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-subj",
        "/CN=127.0.0.1",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        key.toString(),
        "-out",
        certificate.toString());
    return start(folder, "  tls:\n    certificate: %s\n    key: %s\n".formatted(certificate, key));
  }

  /** One that speaks TLS with a certificate of the tests' authority, and wants a password. */
  public static RealRegistry withTlsAndPassword(Path folder, TestCertificates certificates)
      throws Exception {
    return withTlsAndPassword(folder, certificates, "");
  }

  private static RealRegistry withTlsAndPassword(
      Path folder, TestCertificates certificates, String moreTls) throws Exception {
    Path file = Files.writeString(folder.resolve("htpasswd"), HTPASSWD);
    String tls =
        "  tls:\n    certificate: %s\n    key: %s\n"
            .formatted(certificates.path("server.pem"), certificates.path("server.key"));
    String auth = "auth:\n  htpasswd:\n    realm: test\n    path: %s\n".formatted(file);
    return start(folder, tls + moreTls + auth);
  }

  /** The same, that talks to nobody without a certificate of the tests' authority. */
  public static RealRegistry withClientCertificates(Path folder, TestCertificates certificates)
      throws Exception {
    return withTlsAndPassword(
        folder, certificates, "    clientcas:\n      - " + certificates.path("ca.pem") + "\n");
  }

  /** One that wants tokens. */
  public static RealRegistry withTokens(
      Path folder, TestCertificates certificates, TokenIssuer issuer) throws Exception {
    return start(
        folder,
        "auth:\n  token:\n    realm: %s\n    service: %s\n    issuer: %s\n    rootcertbundle: %s\n"
            .formatted(
                issuer.realm(),
                TokenIssuer.SERVICE,
                TokenIssuer.ISSUER,
                certificates.path("ca.pem")));
  }

  /** One that pulls through from another. */
  public static RealRegistry mirrorOf(Path folder, RealRegistry other) throws Exception {
    return start(folder, "proxy:\n  remoteurl: http://%s\n".formatted(other.host()));
  }

  private static RealRegistry start(Path folder, String more) throws Exception {
    int port = freePort();
    String config =
        """
        version: 0.1
        log:
          level: error
          accesslog:
            disabled: true
        storage:
          filesystem:
            rootdirectory: %s
          delete:
            enabled: true
        http:
          addr: 127.0.0.1:%d
        """
            .formatted(Files.createDirectories(folder.resolve("data")), port);
    Path file = Files.writeString(folder.resolve("config.yml"), config + more);
    Process process =
        new ProcessBuilder("docker-registry", "serve", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    RealRegistry registry = new RealRegistry(process, port);
    registry.awaitAnswer(folder.resolve("log"));
    return registry;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private void awaitAnswer(Path log) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() < end && process.isAlive()) {
      try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException e) {
        Thread.sleep(20);
      }
    }
    close();
    throw new IllegalStateException("docker-registry did not start: " + Files.readString(log));
  }

  /** {@code 127.0.0.1:port}. */
  public String host() {
    return "127.0.0.1:" + port;
  }

  /** The port. */
  public int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().orTimeout(5, TimeUnit.SECONDS).exceptionally(_ -> killed()).join();
  }

  private Process killed() {
    return process.destroyForcibly();
  }
}
