package dev.janiko.dockerfile.pattern;

import static java.util.Objects.requireNonNull;

/**
 * A wildcard pattern of COPY or ADD, as Go's {@code filepath.Match} reads it: {@code *} and {@code
 * ?} do not cross slashes, {@code [a-z]} and {@code [^a-z]} are sets, {@code \} escapes. Immutable.
 */
public final class GlobPattern {
  private final String text;
  private final Automaton automaton;

  private GlobPattern(String text, Automaton automaton) {
    this.text = text;
    this.automaton = automaton;
  }

  /**
   * Reads a pattern.
   *
   * @throws PatternException if it is malformed
   */
  public static GlobPattern of(String pattern) {
    requireNonNull(pattern, "pattern is null");
    int[] chars = pattern.codePoints().toArray();
    Automaton.Builder builder = new Automaton.Builder();
    int i = 0;
    while (i < chars.length) {
      switch (chars[i]) {
        case '*' -> builder.many();
        case '?' -> builder.one();
        case '[' -> {
          CharacterSet.Parsed parsed = CharacterSet.parse(chars, i, pattern);
          builder.oneOf(parsed.set());
          i = parsed.end() - 1;
        }
        case '\\' -> {
          i++;
          if (i == chars.length) {
            throw PatternException.syntax(pattern);
          }
          builder.literal(chars[i]);
        }
        default -> builder.literal(chars[i]);
      }
      i++;
    }
    return new GlobPattern(pattern, builder.build());
  }

  /** Whether the text holds characters that make a source a wildcard. */
  public static boolean hasWildcards(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '*' || c == '?' || c == '[') {
        return true;
      }
    }
    return false;
  }

  /** Whether the pattern matches the whole path. */
  public boolean matches(String path) {
    return automaton.matches(path);
  }

  /** The pattern as given. */
  @Override
  public String toString() {
    return text;
  }
}
