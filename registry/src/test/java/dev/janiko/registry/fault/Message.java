package dev.janiko.registry.fault;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The head of an HTTP message.
 *
 * @param start its first line
 * @param headers its headers, in their order
 */
record Message(String start, List<Header> headers) {
  private static final int MAX_LINE = 1 << 16;

  Message {
    headers = List.copyOf(headers);
  }

  record Header(String name, String value) {}

  /** The next head, or empty at the end of the stream. */
  static Optional<Message> read(InputStream in) throws IOException {
    String start = line(in);
    if (start.isEmpty()) {
      return Optional.empty();
    }
    List<Header> headers = new ArrayList<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new IOException("malformed header: " + line);
      }
      headers.add(new Header(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    return Optional.of(new Message(start, headers));
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.write(b);
      if (line.size() > MAX_LINE) {
        throw new IOException("a line without end");
      }
    }
    return line.toString(ISO_8859_1).stripTrailing();
  }

  String method() {
    return start.substring(0, start.indexOf(' '));
  }

  String target() {
    return start.split(" ", -1)[1];
  }

  int status() {
    return Integer.parseInt(start.split(" ", -1)[1]);
  }

  Optional<String> header(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .findFirst();
  }

  long length() {
    return header("Content-Length").map(Long::parseLong).orElse(0L);
  }

  Message without(String... names) {
    List<String> gone = List.of(names);
    return new Message(
        start,
        headers.stream()
            .filter(header -> gone.stream().noneMatch(header.name()::equalsIgnoreCase))
            .toList());
  }

  Message with(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Message(start, more);
  }

  Message to(String target) {
    return new Message(method() + " " + target + " HTTP/1.1", headers);
  }

  byte[] bytes() {
    StringBuilder text = new StringBuilder(start).append("\r\n");
    headers.forEach(
        header -> text.append(header.name()).append(": ").append(header.value()).append("\r\n"));
    return text.append("\r\n").toString().getBytes(ISO_8859_1);
  }
}
