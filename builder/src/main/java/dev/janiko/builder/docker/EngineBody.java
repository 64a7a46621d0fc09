package dev.janiko.builder.docker;

import dev.janiko.builder.docker.EngineException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The body of an answer: of a known length, in chunks, or up to the connection's end. */
final class EngineBody extends InputStream {
  private static final int HEX = 16;

  private final InputStream in;
  private final Wire wire;
  private final boolean chunked;
  private final boolean bounded;
  private long left;
  private boolean first = true;
  private boolean ended;

  EngineBody(InputStream in, Map<String, String> headers, Wire wire) {
    this.in = in;
    this.wire = wire;
    this.chunked =
        headers.getOrDefault("transfer-encoding", "").toLowerCase(Locale.ROOT).contains("chunked");
    String length = headers.getOrDefault("content-length", "");
    this.bounded = !chunked && length.matches("\\d{1,18}");
    this.left = bounded ? Long.parseLong(length) : 0;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    if (ended || !more()) {
      ended = true;
      return -1;
    }
    boolean known = chunked || bounded;
    int count = in.read(into, offset, known ? (int) Math.min(length, left) : length);
    if (count < 0 && known) {
      throw new EngineException(Reason.GONE, "the Docker engine broke the connection off");
    }
    left -= Math.max(count, 0);
    return count;
  }

  /** Whether bytes follow; begins the next chunk if the last one is over. */
  private boolean more() throws IOException {
    if (!chunked) {
      return !bounded || left > 0;
    }
    if (left > 0) {
      return true;
    }
    if (!first) {
      EngineAnswer.line(in);
    }
    first = false;
    String size = EngineAnswer.line(in).split(";", 2)[0].strip();
    try {
      left = Long.parseLong(size, HEX);
    } catch (NumberFormatException e) {
      throw new EngineException(Reason.REFUSED, "an answer with a broken chunk", e);
    }
    return left > 0;
  }

  @Override
  public void close() throws IOException {
    wire.close();
  }
}
