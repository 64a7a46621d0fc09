package dev.janiko.dockerfile;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * The place in a text that a caret points to.
 *
 * @param line the line, counted from 1
 * @param column the column, counted from 1 in UTF-16 units
 */
public record Caret(int line, int column) {
  /** Refuses places before the first line or column. */
  public Caret {
    if (line < 1 || column < 1) {
      throw new IllegalArgumentException("not a place: " + line + ":" + column);
    }
  }

  /**
   * Finds a piece of text in some lines. A word of its own counts before a part of one; if there is
   * neither, or nothing to look for, the place is where the first line's text begins.
   *
   * @param lines all lines of the file, without line ends
   * @param range those to look in
   * @param culprit what to look for, as written
   */
  public static Caret find(List<String> lines, SourceRange range, Optional<String> culprit) {
    requireNonNull(range, "range is null");
    if (range.startLine() > lines.size()) {
      return new Caret(range.startLine(), 1);
    }
    List<String> searched =
        lines.subList(range.startLine() - 1, Math.min(range.endLine(), lines.size()));
    Optional<String> wanted = culprit.map(Caret::firstLine).filter(word -> !word.isEmpty());
    if (wanted.isPresent()) {
      Optional<Caret> found =
          find(searched, wanted.get(), range.startLine(), true)
              .or(() -> find(searched, wanted.get(), range.startLine(), false));
      if (found.isPresent()) {
        return found.get();
      }
    }
    String first = searched.getFirst();
    int blanks = first.isBlank() ? 0 : first.length() - first.stripLeading().length();
    return new Caret(range.startLine(), blanks + 1);
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  private static Optional<Caret> find(
      List<String> lines, String word, int firstLine, boolean whole) {
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      for (int at = line.indexOf(word); at >= 0; at = line.indexOf(word, at + 1)) {
        if (!whole || (isBlank(line, at - 1) && isBlank(line, at + word.length()))) {
          return Optional.of(new Caret(firstLine + i, at + 1));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isBlank(String line, int index) {
    return index < 0 || index >= line.length() || GoText.isSpace(line.charAt(index));
  }
}
