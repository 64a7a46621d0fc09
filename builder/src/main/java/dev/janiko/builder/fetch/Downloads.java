package dev.janiko.builder.fetch;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.transport.Hosts;
import dev.janiko.registry.transport.Http;
import dev.janiko.registry.transport.HttpAnswer;
import dev.janiko.registry.transport.HttpCall;
import dev.janiko.registry.transport.Redirects;
import dev.janiko.registry.transport.RetryPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Downloads files over HTTP: straight to the disk, repeated when connections break, redirects
 * followed within what is safe. Safe for use by several threads.
 */
public final class Downloads {
  private static final String READABLE_BY_OWNER = "rw-------";

  private final Http http;

  /** Downloads over these connections. */
  public Downloads(Http http) {
    this.http = requireNonNull(http, "http is null");
  }

  /** What to ask for, by whom. {@code toString} is what messages call it. */
  public interface Request {
    /** Where it is. */
    URI uri() throws IOException;

    /** The headers for its own server; asked for before each try. */
    Map<String, String> headers() throws IOException;

    /** What to ask for instead after a refusal. */
    default Optional<Request> instead(HttpAnswer refusal) {
      return Optional.empty();
    }

    /** Why a refusal was one. */
    default String reason(HttpAnswer refusal) {
      return "invalid response status " + refusal.status();
    }
  }

  /**
   * Downloads a file. Only its owner may read it; its time is what the server says, or 1970.
   *
   * @param file where to write it
   * @return its digest
   * @throws FetchException if it cannot be had
   */
  public Digest download(Request request, Path file) throws IOException {
    return download(request, Optional.empty(), file);
  }

  /**
   * Downloads a file. Only its owner may read it; its time is what the server says, or 1970.
   *
   * @param address where it is
   * @param checksum what it must be
   * @param file where to write it
   * @return its digest
   * @throws FetchException if it cannot be had, or is something else
   */
  public Digest download(WebAddress address, Optional<Digest> checksum, Path file)
      throws IOException {
    return download(new Plain(address), checksum, file);
  }

  /** A file for anybody, or for whom its address names. */
  private record Plain(WebAddress address) implements Request {
    @Override
    public URI uri() {
      return address.uri();
    }

    @Override
    public Map<String, String> headers() {
      return address.authorization().map(value -> Map.of("Authorization", value)).orElse(Map.of());
    }

    @Override
    public String toString() {
      return address.toString();
    }
  }

  private Digest download(Request address, Optional<Digest> checksum, Path file)
      throws IOException {
    RetryPolicy.Tries tries = http.options().retry().start();
    while (true) {
      try (HttpAnswer answer = ask(address, tries)) {
        MessageDigest hasher = checksum.map(Digest::newHasher).orElseGet(Digest::sha256Hasher);
        receive(answer, hasher, file);
        Digest found =
            checksum.isPresent()
                ? new Digest(checksum.get().algorithm(), hex(hasher))
                : Digest.ofSha256(hasher);
        verify(checksum.orElse(found), found);
        Files.setLastModifiedTime(file, modified(answer));
        return found;
      } catch (FetchException | RegistryException e) {
        throw new FetchException("failed to fetch %s: %s".formatted(address, e.getMessage()), e);
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted() || !tries.awaitNext(e)) {
          throw new FetchException("failed to fetch %s: %s".formatted(address, reason(e)), e);
        }
      }
    }
  }

  private static String reason(IOException e) {
    return e instanceof UnknownHostException
        ? "no such host: " + e.getMessage()
        : String.valueOf(e.getMessage());
  }

  private static String hex(MessageDigest hasher) {
    return HexFormat.of().formatHex(hasher.digest());
  }

  private static void verify(Digest expected, Digest actual) throws FetchException {
    if (!actual.equals(expected)) {
      throw new FetchException("digest mismatch %s: %s".formatted(actual, expected));
    }
  }

  /** The answer that holds the file, wherever redirects lead. */
  private HttpAnswer ask(Request first, RetryPolicy.Tries tries) throws IOException {
    Request request = first;
    URI uri = request.uri();
    int hops = 0;
    while (true) {
      boolean home = Hosts.sameOrigin(uri, request.uri());
      Map<String, String> headers = home ? request.headers() : Map.of();
      HttpAnswer answer = http.send(new HttpCall("GET", uri, headers, Optional.empty()));
      int status = answer.status();
      if (status >= 200 && status < 300) {
        return answer;
      }
      try (answer) {
        Optional<String> location = answer.header("Location");
        Optional<Request> other = request.instead(answer);
        if (other.isPresent()) {
          if (++hops > Redirects.MAX_HOPS) {
            throw new FetchException("the server redirects in circles");
          }
          request = other.get();
          uri = request.uri();
        } else if (Redirects.isRedirect(status) && location.isPresent()) {
          if (++hops > Redirects.MAX_HOPS) {
            throw new FetchException("the server redirects in circles");
          }
          uri = Redirects.follow(uri, location.get());
        } else if (!RetryPolicy.isTransient(status)
            || !tries.awaitNext(answer.header("Retry-After"))) {
          throw new FetchException(request.reason(answer));
        }
      }
    }
  }

  private static void receive(HttpAnswer answer, MessageDigest hasher, Path file)
      throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(READABLE_BY_OWNER)));
    byte[] buffer = new byte[1 << 16];
    long received = 0;
    InputStream in = answer.body();
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hasher.update(buffer, 0, n);
        out.write(buffer, 0, n);
        received += n;
      }
    }
    Optional<String> length = answer.header("Content-Length");
    if (length.isPresent() && !length.get().equals(Long.toString(received))) {
      throw new IOException(
          "the connection ended after %d of %s bytes".formatted(received, length.get()));
    }
  }

  private static FileTime modified(HttpAnswer answer) {
    try {
      return FileTime.from(
          answer
              .header("Last-Modified")
              .map(text -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)))
              .orElse(Instant.EPOCH));
    } catch (DateTimeException e) {
      return FileTime.from(Instant.EPOCH);
    }
  }
}
