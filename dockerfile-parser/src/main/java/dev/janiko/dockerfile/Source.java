package dev.janiko.dockerfile;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Where an instruction stands and how it was written.
 *
 * @param range its lines, continuation lines and heredoc bodies included
 * @param original the instruction as written, continuation lines joined, without heredoc bodies
 * @param keyword the instruction's name as written, such as {@code RUN} or {@code run}
 * @param comments the texts of the comment lines right above it, without the first {@code #} and
 *     blanks; one that is indented keeps its {@code #}
 * @param emptyContinuation whether blank lines stand inside its continuation lines
 */
public record Source(
    SourceRange range,
    String original,
    String keyword,
    List<String> comments,
    boolean emptyContinuation) {
  /** Copies the comments. */
  public Source {
    requireNonNull(range, "range is null");
    requireNonNull(original, "original is null");
    requireNonNull(keyword, "keyword is null");
    comments = List.copyOf(comments);
  }
}
