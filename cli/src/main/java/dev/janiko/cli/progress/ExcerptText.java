package dev.janiko.cli.progress;

import dev.janiko.builder.event.Excerpt;
import java.util.ArrayList;
import java.util.List;

/** Lines of a Dockerfile as people read them: numbered, marked, with a caret. */
final class ExcerptText {
  private static final int LONGEST_RANGE = 20;

  private ExcerptText() {}

  /** Returns {@code file:line:column}. */
  static String place(Excerpt excerpt) {
    return excerpt.fileName() + ":" + excerpt.caret().line() + ":" + excerpt.caret().column();
  }

  /**
   * Returns the lines.
   *
   * @param context how many lines around are shown
   */
  static List<String> lines(Excerpt excerpt, int context) {
    int begin = excerpt.lines().first();
    if (excerpt.caret().line() >= begin + LONGEST_RANGE) {
      begin = excerpt.caret().line();
    }
    int first = Math.max(1, begin - context);
    int lastAtFault = Math.min(excerpt.lines().last(), begin + LONGEST_RANGE - 1);
    int last = Math.min(excerpt.source().size(), lastAtFault + context);
    int digits = String.valueOf(last).length();
    List<String> lines = new ArrayList<>();
    for (int number = first; number <= last; number++) {
      String source = excerpt.source().get(number - 1);
      String mark = excerpt.lines().contains(number) ? ">>>" : "   ";
      lines.add(
          (" %" + digits + "d | %s %s")
              .formatted(number, mark, Text.clean(source, false))
              .stripTrailing());
      if (number == excerpt.caret().line()) {
        int end = Math.min(source.length(), excerpt.caret().column() - 1);
        int blanks = Text.width(Text.clean(source.substring(0, end), false));
        lines.add(" " + " ".repeat(digits) + " |     " + " ".repeat(blanks) + "^");
      }
    }
    return lines;
  }
}
