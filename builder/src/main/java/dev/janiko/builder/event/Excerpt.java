package dev.janiko.builder.event;

import static java.util.Objects.requireNonNull;

import dev.janiko.dockerfile.Caret;
import dev.janiko.dockerfile.SourceRange;
import java.util.List;
import java.util.Optional;

/**
 * The place in a Dockerfile that an error or a warning is about.
 *
 * @param fileName the file's name as its user would say it
 * @param source all lines of the file, without line ends
 * @param lines which of them it is about
 * @param caret the place that a caret points to
 */
public record Excerpt(String fileName, List<String> source, Lines lines, Position caret) {
  /** Keeps its own copy of the lines. */
  public Excerpt {
    requireNonNull(fileName, "fileName is null");
    source = List.copyOf(source);
    requireNonNull(lines, "lines is null");
    requireNonNull(caret, "caret is null");
  }

  /**
   * The excerpt about some lines of a Dockerfile.
   *
   * @param fileName the file's name as its user would say it
   * @param text the file
   * @param range the lines
   * @param culprit the piece of them that it is about, as written, if it is not about all
   */
  public static Excerpt of(
      String fileName, String text, SourceRange range, Optional<String> culprit) {
    List<String> source = text.lines().toList();
    Caret caret = Caret.find(source, range, culprit);
    return new Excerpt(
        fileName,
        source,
        new Lines(range.startLine(), range.endLine()),
        new Position(caret.line(), caret.column()));
  }
}
