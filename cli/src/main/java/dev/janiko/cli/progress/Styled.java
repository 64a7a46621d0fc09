package dev.janiko.cli.progress;

/**
 * A line for a terminal.
 *
 * @param text the line
 * @param style how all of it looks
 */
record Styled(String text, Style style) {
  private static final String RESET = "\u001b[0m";

  /** Looks, with their control sequences (ECMA-48, select graphic rendition). */
  enum Style {
    NORMAL(""),
    ACTIVE("\u001b[36m"),
    DIM("\u001b[2m"),
    BAD("\u001b[31m"),
    CAREFUL("\u001b[33m"),
    BOLD("\u001b[1m");

    private final String sequence;

    Style(String sequence) {
      this.sequence = sequence;
    }
  }

  static Styled normal(String text) {
    return new Styled(text, Style.NORMAL);
  }

  /**
   * Returns a line with something at its right edge, shortened to stay within the columns given. If
   * there is hardly room for the left part, the right part is left out.
   */
  static Styled spread(String left, String right, int columns) {
    int room = columns - Text.width(right) - 1;
    if (room < columns / 2) {
      return normal(Text.fit(left, columns));
    }
    String fitting = Text.fit(left, room);
    return normal(fitting + " ".repeat(room - Text.width(fitting) + 1) + right);
  }

  Styled as(Style other) {
    return new Styled(text, other);
  }

  /** Returns the line as it is written. */
  String render(boolean color) {
    return !color || style == Style.NORMAL ? text : style.sequence + text + RESET;
  }
}
