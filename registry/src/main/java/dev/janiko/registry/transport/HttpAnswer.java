package dev.janiko.registry.transport;

import com.google.api.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * The answer to a request. Must be closed; closing before the end of the body gives up the
 * connection, after it the connection is used again.
 */
public final class HttpAnswer implements AutoCloseable {
  private final HttpResponse response;
  private final URI uri;
  private final InputStream body;
  private boolean ended;

  HttpAnswer(HttpResponse response, URI uri) throws IOException {
    this.response = response;
    this.uri = uri;
    InputStream content = response.getContent();
    this.ended = content == null;
    this.body = content == null ? InputStream.nullInputStream() : new Body(content);
  }

  /** The status. */
  public int status() {
    return response.getStatusCode();
  }

  /** The address that answered. */
  public URI uri() {
    return uri;
  }

  /** The first value of the header. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(response.getHeaders().getFirstHeaderStringValue(name));
  }

  /** All values of the header. */
  public List<String> headers(String name) {
    return List.copyOf(response.getHeaders().getHeaderStringValues(name));
  }

  /** The body as it was sent. */
  public InputStream body() {
    return body;
  }

  /**
   * The whole body, if it is not larger than allowed.
   *
   * @return the bytes, or empty if there are more
   */
  public Optional<byte[]> bytes(int max) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      out.write(buffer, 0, n);
      if (out.size() > max) {
        return Optional.empty();
      }
    }
    return Optional.of(out.toByteArray());
  }

  /** The beginning of the body, whatever happens to the rest. */
  public byte[] start(int max) {
    try {
      return body.readNBytes(max);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  @Override
  public void close() {
    try {
      if (!ended && !drains()) {
        response.disconnect();
      } else {
        response.ignore();
      }
    } catch (IOException ignored) {
      // What was wanted of the answer was read before.
    }
  }

  /** Reads a small rest, so that the connection can serve again. */
  private boolean drains() throws IOException {
    byte[] rest = new byte[4096];
    body.readNBytes(rest, 0, rest.length);
    return ended || body.read() < 0;
  }

  /** Notices the end. */
  private final class Body extends InputStream {
    private final InputStream in;

    Body(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      ended |= value < 0;
      return value;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int n = in.read(into, offset, length);
      ended |= n < 0;
      return n;
    }
  }
}
