package dev.janiko.builder.docker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A question to an engine.
 *
 * @param method GET, POST or DELETE
 * @param path the path with its query
 * @param purpose what it is for, as it follows {@code refuses to}
 * @param headers more headers
 * @param body what is sent along
 */
record EngineCall(
    String method, String path, String purpose, Map<String, String> headers, Optional<Body> body) {
  EngineCall {
    requireNonNull(method, "method is null");
    requireNonNull(path, "path is null");
    requireNonNull(purpose, "purpose is null");
    headers = Map.copyOf(headers);
    requireNonNull(body, "body is null");
  }

  /** Writes a body, of which nobody knows the length yet. */
  @FunctionalInterface
  interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  static EngineCall of(String method, String path) {
    return new EngineCall(method, path, "answer", Map.of(), Optional.empty());
  }

  static EngineCall get(String path) {
    return of("GET", path);
  }

  EngineCall to(String aim) {
    return new EngineCall(method, path, aim, headers, body);
  }

  EngineCall below(String prefix) {
    return new EngineCall(method, prefix + path, purpose, headers, body);
  }

  EngineCall header(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new EngineCall(method, path, purpose, more, body);
  }

  EngineCall body(Body sent) {
    return new EngineCall(method, path, purpose, headers, Optional.of(sent));
  }

  /** Writes the request with its body, in chunks. */
  void writeTo(OutputStream out, String host) throws IOException {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(path).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(host).append("\r\nUser-Agent: janiko\r\nConnection: close\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (body.isPresent()) {
      head.append("Transfer-Encoding: chunked\r\n");
    } else if (!method.equals("GET")) {
      head.append("Content-Length: 0\r\n");
    }
    out.write(head.append("\r\n").toString().getBytes(ISO_8859_1));
    if (body.isPresent()) {
      body.get().writeTo(new Chunks(out));
      out.write("0\r\n\r\n".getBytes(ISO_8859_1));
    }
  }

  /** Each write becomes a chunk: the writer buffers. */
  private static final class Chunks extends FilterOutputStream {
    private Chunks(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int single) throws IOException {
      write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length > 0) {
        out.write((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
        out.write(bytes, offset, length);
        out.write("\r\n".getBytes(ISO_8859_1));
      }
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
