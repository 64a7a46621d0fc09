package dev.janiko.dockerfile.check;

import static java.util.Objects.requireNonNull;

import dev.janiko.dockerfile.Caret;
import dev.janiko.dockerfile.SourceRange;
import java.util.List;
import java.util.Optional;

/**
 * Something a check found.
 *
 * @param rule the check
 * @param message what is wrong here
 * @param range the lines of the instruction
 * @param culprit the piece of them that it is about, as written, if it is not about all
 */
public record CheckWarning(Rule rule, String message, SourceRange range, Optional<String> culprit) {
  /** Refuses absent parts. */
  public CheckWarning {
    requireNonNull(rule, "rule is null");
    requireNonNull(message, "message is null");
    requireNonNull(range, "range is null");
    requireNonNull(culprit, "culprit is null");
  }

  /**
   * Where a caret stands for it.
   *
   * @param lines all lines of the file, without line ends
   */
  public Caret caret(List<String> lines) {
    return Caret.find(lines, range, culprit);
  }

  /** The warning in one line, as BuildKit prints it. */
  @Override
  public String toString() {
    return rule.title() + ": " + message + " (line " + range.startLine() + ")";
  }
}
