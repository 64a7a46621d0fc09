package dev.janiko.registry.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** nginx in front of a registry, with TLS, that wants to see a client's certificate. */
public final class Nginx implements AutoCloseable {
  private final Process process;
  private final int port;

  private Nginx(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  public static Nginx withClientCertificates(
      Path folder, TestCertificates certificates, int registryPort) throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = socket.getLocalPort();
    }
    String config =
        """
        user root;
        daemon off;
        worker_processes 1;
        pid %1$s/nginx.pid;
        error_log %1$s/error.log;
        events {}
        http {
          access_log off;
          client_body_temp_path %1$s/body;
          proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fastcgi;
          uwsgi_temp_path %1$s/uwsgi;
          scgi_temp_path %1$s/scgi;
          client_max_body_size 0;
          proxy_request_buffering off;
          server {
            listen 127.0.0.1:%2$d ssl;
            ssl_certificate %3$s/server.pem;
            ssl_certificate_key %3$s/server.key;
            ssl_client_certificate %3$s/ca.pem;
            ssl_verify_client on;
            location / {
              proxy_pass http://127.0.0.1:%4$d;
              proxy_set_header Host $http_host;
              proxy_set_header X-Forwarded-Proto https;
            }
          }
        }
        """
            .formatted(folder, port, certificates.folder(), registryPort);
    Path file = Files.writeString(folder.resolve("nginx.conf"), config);
    Process process =
        new ProcessBuilder(
                "nginx",
                "-e",
                folder.resolve("error.log").toString(),
                "-p",
                folder.toString(),
                "-c",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("nginx.log").toFile())
            .start();
    Nginx nginx = new Nginx(process, port);
    nginx.awaitAnswer(folder.resolve("nginx.log"));
    return nginx;
  }

  private void awaitAnswer(Path log) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
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
    throw new IllegalStateException("nginx did not start: " + Files.readString(log));
  }

  public String host() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).exceptionally(_ -> killed()).join();
  }

  private Process killed() {
    return process.destroyForcibly();
  }
}
