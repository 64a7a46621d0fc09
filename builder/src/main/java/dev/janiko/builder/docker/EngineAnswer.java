package dev.janiko.builder.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.janiko.builder.docker.EngineException.Reason;
import dev.janiko.registry.json.JsonReader;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * An answer of HTTP/1.1 (RFC 9112): status, headers, body.
 *
 * @param status the status code
 * @param headers by their names in lower case
 * @param body the body without its framing; closing it ends the connection
 */
record EngineAnswer(int status, Map<String, String> headers, InputStream body) {
  private static final int MAX_LINE = 64 << 10;
  private static final int MAX_HEADERS = 200;
  private static final int MAX_DOCUMENT = 16 << 20;
  private static final int CONTINUE_END = 200;

  /** Reads an answer up to its body. */
  static EngineAnswer read(Wire wire) throws IOException {
    InputStream in = new BufferedInputStream(wire.in(), 1 << 16);
    int status;
    Map<String, String> headers;
    do {
      status = status(line(in));
      headers = headers(in);
    } while (status < CONTINUE_END);
    return new EngineAnswer(status, headers, new EngineBody(in, headers, wire));
  }

  private static int status(String line) throws IOException {
    String[] parts = line.split(" ", 3);
    if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || !parts[1].matches("\\d{3}")) {
      throw new EngineException(
          Reason.REFUSED,
          "the answer is not HTTP: is this the address of a Docker engine, and does it want TLS?");
    }
    return Integer.parseInt(parts[1]);
  }

  private static Map<String, String> headers(InputStream in) throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      if (headers.size() > MAX_HEADERS) {
        throw new EngineException(Reason.REFUSED, "an answer with too many headers");
      }
    }
    return headers;
  }

  static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EngineException(Reason.GONE, "the Docker engine broke the connection off");
      }
      if (line.length() > MAX_LINE) {
        throw new EngineException(Reason.REFUSED, "an answer with too long a line");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** The body as a JSON document. */
  JsonNode json(String what) throws IOException {
    try (body) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      byte[] buffer = new byte[8192];
      for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
        bytes.write(buffer, 0, count);
        if (bytes.size() > MAX_DOCUMENT) {
          throw new EngineException(Reason.REFUSED, what + " is too large");
        }
      }
      return JsonReader.read(bytes.toByteArray(), what);
    }
  }
}
