package dev.janiko.dockerfile.pattern;

import static java.util.Objects.requireNonNull;

/** A pattern that cannot be read. */
public final class PatternException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String pattern;

  PatternException(String pattern, String message) {
    super(requireNonNull(message, "message is null"));
    this.pattern = requireNonNull(pattern, "pattern is null");
  }

  static PatternException syntax(String pattern) {
    return new PatternException(pattern, "syntax error in pattern");
  }

  /** The pattern as it was given. */
  public String pattern() {
    return pattern;
  }
}
