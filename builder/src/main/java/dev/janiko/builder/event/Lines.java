package dev.janiko.builder.event;

/**
 * A range of lines in a Dockerfile.
 *
 * @param first the first line, counted from 1
 * @param last the last line, at or after the first
 */
public record Lines(int first, int last) {
  /** Checks that the range is one. */
  public Lines {
    if (first < 1 || last < first) {
      throw new IllegalArgumentException("not a range of lines: " + first + " to " + last);
    }
  }

  /** Returns whether a line, counted from 1, is in the range. */
  public boolean contains(int line) {
    return first <= line && line <= last;
  }
}
