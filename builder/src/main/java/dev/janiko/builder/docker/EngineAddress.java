package dev.janiko.builder.docker;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where an engine is. */
public sealed interface EngineAddress {
  /**
   * Behind a UNIX socket.
   *
   * @param path the socket
   */
  record Unix(Path path) implements EngineAddress {
    /** Names a socket. */
    public Unix {
      requireNonNull(path, "path is null");
    }

    @Override
    public String toString() {
      return "unix://" + path;
    }
  }

  /**
   * Behind a TCP port.
   *
   * @param host a name or an address
   * @param port the port
   * @param tls how to speak TLS; empty for plain HTTP
   */
  record Tcp(String host, int port, Optional<EngineTls> tls) implements EngineAddress {
    /** Checks the parts. */
    public Tcp {
      requireNonNull(host, "host is null");
      requireNonNull(tls, "tls is null");
    }

    @Override
    public String toString() {
      return "tcp://" + host + ":" + port;
    }
  }

  /**
   * Finds the engine that docker's command would use: a host given by hand, {@code DOCKER_HOST},
   * the context of {@code DOCKER_CONTEXT} or of docker's configuration, or the usual socket. TLS is
   * as {@code DOCKER_TLS_VERIFY}, {@code DOCKER_TLS} and {@code DOCKER_CERT_PATH} say.
   *
   * @param environment the process's
   * @param given a host given by hand
   * @throws IllegalArgumentException if what is found is no address, or the context is missing
   */
  static EngineAddress find(Map<String, String> environment, Optional<String> given) {
    String host = given.orElse(environment.getOrDefault("DOCKER_HOST", ""));
    if (!host.isEmpty()) {
      return parse(host, EngineTls.of(environment));
    }
    return EngineContexts.of(environment)
        .current()
        .orElse(new Unix(Path.of("/var/run/docker.sock")));
  }

  /**
   * Reads an address.
   *
   * @param tls for TCP
   * @throws IllegalArgumentException if it is none
   */
  static EngineAddress parse(String text, Optional<EngineTls> tls) {
    if (text.startsWith("unix://")) {
      String path = text.substring("unix://".length());
      if (!path.startsWith("/")) {
        throw new IllegalArgumentException("not a Docker engine's address: " + text);
      }
      return new Unix(Path.of(path));
    }
    if (text.startsWith("ssh://") || text.startsWith("npipe://")) {
      throw new IllegalArgumentException(
          "a Docker engine at "
              + text.substring(0, text.indexOf(':'))
              + ":// cannot be reached; give unix:///path or tcp://host:port");
    }
    boolean https = text.startsWith("https://");
    try {
      URI uri = new URI(text);
      boolean known = text.startsWith("tcp://") || text.startsWith("http://") || https;
      if (!known || uri.getHost() == null) {
        throw new IllegalArgumentException(
            "not a Docker engine's address: " + text + "; give unix:///path or tcp://host:port");
      }
      Optional<EngineTls> used = https && tls.isEmpty() ? Optional.of(EngineTls.system()) : tls;
      int usual = used.isPresent() ? 2376 : 2375;
      return new Tcp(uri.getHost(), uri.getPort() < 0 ? usual : uri.getPort(), used);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not a Docker engine's address: " + text, e);
    }
  }
}
