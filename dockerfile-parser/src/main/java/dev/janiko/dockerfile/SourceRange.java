package dev.janiko.dockerfile;

/**
 * The lines of a Dockerfile that something was read from.
 *
 * @param startLine the first line, counted from 1
 * @param endLine the last line, inclusive; not before {@code startLine}
 */
public record SourceRange(int startLine, int endLine) {
  /** Refuses ranges that run backwards or begin before the first line. */
  public SourceRange {
    if (startLine < 1 || endLine < startLine) {
      throw new IllegalArgumentException("not a range of lines: " + startLine + "-" + endLine);
    }
  }

  /** A range of one line, counted from 1. */
  public static SourceRange line(int line) {
    return new SourceRange(line, line);
  }

  /** Whether the line is in this range. */
  public boolean contains(int line) {
    return startLine <= line && line <= endLine;
  }

  @Override
  public String toString() {
    return startLine == endLine ? Integer.toString(startLine) : startLine + "-" + endLine;
  }
}
