package dev.janiko.dockerfile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The lines of a text as they stand in the file. */
final class PhysicalLines {
  private static final int MAX_BYTES = 65_535;
  private static final int MAX_BYTES_PER_CHAR = 3;

  private PhysicalLines() {}

  /**
   * The lines, each with its line end; the text after the last line feed is one if not empty.
   *
   * @throws DockerfileException if one is longer than 65535 bytes
   */
  static List<String> of(String text) {
    List<String> lines = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int feed = text.indexOf('\n', start);
      int end = feed < 0 ? text.length() : feed + 1;
      String line = text.substring(start, end);
      checkLength(line, lines.size() + 1);
      lines.add(line);
      start = end;
    }
    return lines;
  }

  private static void checkLength(String line, int number) {
    if (line.length() <= MAX_BYTES / MAX_BYTES_PER_CHAR) {
      return;
    }
    int bytes = line.getBytes(StandardCharsets.UTF_8).length - (line.endsWith("\n") ? 1 : 0);
    if (bytes > MAX_BYTES) {
      throw DockerfileException.of(
              SourceRange.line(number),
              "dockerfile line greater than max allowed size of " + MAX_BYTES)
          .withHint(
              "Break it into several with the escape character at each end, or use a heredoc.");
    }
  }

  /** The line without carriage returns and line feeds at its end. */
  static String withoutLineEnd(String line) {
    int end = line.length();
    while (end > 0 && (line.charAt(end - 1) == '\n' || line.charAt(end - 1) == '\r')) {
      end--;
    }
    return line.substring(0, end);
  }
}
