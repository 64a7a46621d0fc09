package dev.janiko.builder.event;

/**
 * A place in a Dockerfile.
 *
 * @param line the line, counted from 1
 * @param column the column, counted from 1 in UTF-16 units
 */
public record Position(int line, int column) {
  /** Checks that the place can be. */
  public Position {
    if (line < 1 || column < 1) {
      throw new IllegalArgumentException("not a place: " + line + ":" + column);
    }
  }
}
