package dev.janiko.dockerfile.check;

import static java.util.Objects.requireNonNull;

import dev.janiko.dockerfile.SourceRange;

/**
 * Something a check found.
 *
 * @param rule the check
 * @param message what is wrong here
 * @param range the lines of the instruction
 */
public record CheckWarning(Rule rule, String message, SourceRange range) {
  /** Refuses absent parts. */
  public CheckWarning {
    requireNonNull(rule, "rule is null");
    requireNonNull(message, "message is null");
    requireNonNull(range, "range is null");
  }

  /** The warning in one line, as BuildKit prints it. */
  @Override
  public String toString() {
    return rule.title() + ": " + message + " (line " + range.startLine() + ")";
  }
}
