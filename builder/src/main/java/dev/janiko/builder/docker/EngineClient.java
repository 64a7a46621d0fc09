package dev.janiko.builder.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.janiko.builder.docker.EngineException.Reason;
import dev.janiko.registry.json.JsonReader;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks an engine (Docker Engine API 1.24 and later), a connection for each question. Before the
 * first one it waits until the engine has started. Used by one thread; interrupting it ends a
 * question over a UNIX socket, and over TCP if the thread is a virtual one.
 */
public final class EngineClient {
  private static final int ERRORS = 400;
  private static final long PING_SECONDS = 10;
  private static final long PAUSE_MILLIS = 200;

  private final EngineAddress address;
  private final Duration patience;
  private @Nullable EngineFacts facts;

  /**
   * A client that has not asked anything yet.
   *
   * @param patience how long to wait for an engine that does not answer yet
   */
  public EngineClient(EngineAddress address, Duration patience) {
    this.address = requireNonNull(address, "address is null");
    this.patience = requireNonNull(patience, "patience is null");
  }

  /** Where the engine is. */
  public EngineAddress address() {
    return address;
  }

  /**
   * What the engine says of itself; waits until it answers.
   *
   * @throws EngineException if it does not answer in time, or refuses
   */
  public EngineFacts facts() throws IOException {
    EngineFacts known = facts;
    if (known == null) {
      known = awaitFacts();
      facts = known;
    }
    return known;
  }

  private EngineFacts awaitFacts() throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return ping();
      } catch (EngineException e) {
        if (e.reason() == Reason.REFUSED || e.reason() == Reason.FAILED) {
          throw e;
        }
        if (System.nanoTime() - end >= 0) {
          throw new EngineException(
              e.reason(),
              e.getMessage()
                  + " (waited "
                  + patience.toSeconds()
                  + " s; --docker-wait waits longer)",
              e);
        }
      }
      pause();
    }
  }

  private static void pause() throws InterruptedIOException {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the Docker engine");
    }
  }

  /** Asks with a time limit, as an engine that hangs accepts connections, too. */
  private EngineFacts ping() throws IOException {
    CompletableFuture<EngineFacts> answer = new CompletableFuture<>();
    Thread asking =
        Thread.ofVirtual()
            .name("engine-ping")
            .start(() -> {
              try {
                answer.complete(askFacts());
              } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
              }
            });
    try {
      return answer.get(PING_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the Docker engine");
    } catch (TimeoutException e) {
      throw new EngineException(
          Reason.UNREACHABLE, "the Docker engine at " + address + " does not answer", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EngineException failure) {
        throw failure;
      }
      throw new EngineException(
          Reason.UNREACHABLE,
          "no Docker engine answers at " + address + ": " + String.valueOf(e.getCause()),
          e);
    } finally {
      asking.interrupt();
    }
  }

  private EngineFacts askFacts() throws IOException {
    EngineAnswer ping = send(EngineCall.get("/_ping"));
    try (InputStream body = ping.body()) {
      body.transferTo(OutputStream.nullOutputStream());
    }
    String api = ping.headers().getOrDefault("api-version", "1.24");
    JsonNode version = send(EngineCall.get("/v" + api + "/version")).json("engine's version");
    return new EngineFacts(
        version.path("Version").asText(),
        api,
        version.path("Os").asText("linux") + "/" + version.path("Arch").asText("amd64"),
        ping.headers().getOrDefault("builder-version", "1").equals("2"));
  }

  /**
   * Sends a call below the engine's API version.
   *
   * @throws EngineException if the engine refuses; its words are the message
   */
  EngineAnswer call(EngineCall call) throws IOException {
    return send(call.below("/v" + facts().api()));
  }

  private EngineAnswer send(EngineCall call) throws IOException {
    Wire wire = Wire.open(address);
    try {
      EngineAnswer answer = exchange(wire, call);
      if (answer.status() >= ERRORS) {
        throw refusal(call, answer);
      }
      return answer;
    } catch (EngineException e) {
      wire.close();
      throw e;
    } catch (IOException e) {
      wire.close();
      if (Thread.currentThread().isInterrupted()) {
        InterruptedIOException interrupted =
            new InterruptedIOException("interrupted while the Docker engine worked");
        interrupted.initCause(e);
        throw interrupted;
      }
      throw broken(e);
    }
  }

  /** What a connection means that breaks: with TLS 1.3 a certificate is refused only after it. */
  private EngineException broken(IOException e) {
    boolean secure = address instanceof EngineAddress.Tcp tcp && tcp.tls().isPresent();
    if (secure && facts == null) {
      return new EngineException(
          Reason.REFUSED,
          "the Docker engine at "
              + address
              + " hangs up on this program ("
              + e.getMessage()
              + "): it may not accept the certificate in the folder that DOCKER_CERT_PATH names",
          e);
    }
    return new EngineException(
        Reason.GONE,
        "the connection to the Docker engine at " + address + " broke: " + e.getMessage(),
        e);
  }

  private EngineAnswer exchange(Wire wire, EngineCall call) throws IOException {
    try {
      OutputStream out = new BufferedOutputStream(wire.out(), 1 << 16);
      call.writeTo(out, host());
      out.flush();
    } catch (IOException sending) {
      // An engine that does not want the whole of a body says why before it hangs up.
      try {
        EngineAnswer early = EngineAnswer.read(wire);
        if (early.status() >= ERRORS) {
          return early;
        }
      } catch (IOException nothing) {
        sending.addSuppressed(nothing);
      }
      throw sending;
    }
    return EngineAnswer.read(wire);
  }

  private String host() {
    return switch (address) {
      case EngineAddress.Unix _ -> "docker";
      case EngineAddress.Tcp tcp -> tcp.host() + ":" + tcp.port();
    };
  }

  private EngineException refusal(EngineCall call, EngineAnswer answer) throws IOException {
    byte[] start;
    try (InputStream body = answer.body()) {
      start = body.readNBytes(4096);
    }
    String text = new String(start, UTF_8).strip();
    if (text.contains("HTTP request to an HTTPS server")) {
      return new EngineException(
          Reason.REFUSED,
          "the Docker engine at "
              + address
              + " wants TLS: set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder of ca.pem,"
              + " cert.pem and key.pem");
    }
    String message = text;
    try {
      message = JsonReader.read(start, "answer").path("message").asText(text);
    } catch (IOException plain) {
      message = text; // engines behind proxies answer in words
    }
    return new EngineException(
        Reason.FAILED, "the Docker engine refuses to " + call.purpose() + ": " + message);
  }

  /**
   * The image as a docker archive, while the engine writes it.
   *
   * @param image a name or an id
   * @throws EngineException if there is no such image
   */
  public InputStream save(String image) throws IOException {
    return call(EngineCall.get("/images/" + encoded(image) + "/get").to("export " + image)).body();
  }

  /**
   * What the engine says of an image; empty if it has none of that name.
   *
   * @param image a name or an id
   */
  Optional<JsonNode> inspect(String image) throws IOException {
    try {
      return Optional.of(
          call(EngineCall.get("/images/" + encoded(image) + "/json").to("show " + image))
              .json("image of the engine"));
    } catch (EngineException e) {
      if (String.valueOf(e.getMessage()).contains("No such image")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Takes a name away from an image, and the image too if that was its last name. */
  void remove(String image) throws IOException {
    call(EngineCall.of("DELETE", "/images/" + encoded(image)).to("remove " + image)).body().close();
  }

  /** How the engine confines containers, such as {@code name=seccomp} and {@code name=rootless}. */
  public List<String> securityOptions() throws IOException {
    List<String> options = new ArrayList<>();
    call(EngineCall.get("/info").to("tell of itself"))
        .json("engine's info")
        .path("SecurityOptions")
        .forEach(option -> options.add(option.asText()));
    return List.copyOf(options);
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  static String query(Map<String, String> parameters) {
    StringBuilder query = new StringBuilder();
    parameters.forEach((name, value) ->
        query
            .append(query.isEmpty() ? '?' : '&')
            .append(encoded(name))
            .append('=')
            .append(encoded(value)));
    return query.toString();
  }

  /** A body of bytes that are known. */
  static EngineCall.Body bytes(byte[] bytes) {
    return out -> new ByteArrayInputStream(bytes).transferTo(out);
  }
}
