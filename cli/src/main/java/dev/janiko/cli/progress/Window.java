package dev.janiko.cli.progress;

/**
 * The size of a terminal's window.
 *
 * @param columns characters in a line, at least 1
 * @param rows lines, at least 1
 */
public record Window(int columns, int rows) {
  /** What is assumed of a terminal that does not know its size. */
  public static final Window USUAL = new Window(80, 24);

  /** Checks the size. */
  public Window {
    if (columns < 1 || rows < 1) {
      throw new IllegalArgumentException("not a window: " + columns + "x" + rows);
    }
  }
}
