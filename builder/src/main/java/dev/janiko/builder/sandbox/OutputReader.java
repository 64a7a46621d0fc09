package dev.janiko.builder.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Parts a stream into lines for a sink. */
final class OutputReader {
  private static final int BUFFER_BYTES = 1 << 15;

  /** The longest piece handed on; a longer line comes in several. */
  static final int LONGEST_LINE = 1 << 16;

  private final OutputSink sink;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  OutputReader(OutputSink sink) {
    this.sink = sink;
  }

  /** Reads to the end; a last line without newline counts as one. */
  void drain(InputStream input) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    int count = input.read(buffer);
    while (count >= 0) {
      take(buffer, count);
      count = input.read(buffer);
    }
    if (line.size() > 0) {
      flush();
    }
  }

  private void take(byte[] buffer, int count) {
    int start = 0;
    for (int i = 0; i < count; i++) {
      if (buffer[i] == '\n') {
        append(buffer, start, i);
        flush();
        start = i + 1;
      }
    }
    append(buffer, start, count);
  }

  private void append(byte[] buffer, int start, int end) {
    int from = start;
    while (line.size() + end - from > LONGEST_LINE) {
      int fits = LONGEST_LINE - line.size();
      line.write(buffer, from, fits);
      from += fits;
      flush();
    }
    line.write(buffer, from, end - from);
  }

  private void flush() {
    byte[] bytes = line.toByteArray();
    line.reset();
    sink.line(bytes);
  }
}
