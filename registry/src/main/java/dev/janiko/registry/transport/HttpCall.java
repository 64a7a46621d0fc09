package dev.janiko.registry.transport;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * One HTTP request.
 *
 * @param method such as {@code GET}
 * @param uri where to; sent as it is written
 * @param headers by name, one value each
 * @param body what to send, if anything
 */
public record HttpCall(String method, URI uri, Map<String, String> headers, Optional<Body> body) {
  /** Checks the parts. */
  public HttpCall {
    requireNonNull(method, "method is null");
    requireNonNull(uri, "uri is null");
    headers = Map.copyOf(headers);
    requireNonNull(body, "body is null");
  }

  /** Bytes of a known number that can be sent as often as needed. */
  public interface Body {
    /** The number of bytes. */
    long length();

    /** The media type. */
    String mediaType();

    /**
     * Writes all bytes; must not close the stream.
     *
     * @throws IOException if they cannot be read or written
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /** The body of the bytes. */
  public static Body bytes(String mediaType, byte[] bytes) {
    byte[] owned = bytes.clone();
    return new Body() {
      @Override
      public long length() {
        return owned.length;
      }

      @Override
      public String mediaType() {
        return mediaType;
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        out.write(owned);
      }
    };
  }
}
