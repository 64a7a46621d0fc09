package dev.janiko.dockerfile.pattern;

import java.util.List;

/**
 * One pattern of a {@link PatternMatcher}. Immutable.
 *
 * <p>The plain kinds are not only fast: they have edges of their own which builds rely on, such as
 * {@code **file} matching {@code xfile}, and {@code dir/**} not matching {@code dir}.
 */
final class PathPattern {
  /** How it is compared. */
  private sealed interface Kind {
    /** The path is that text. */
    record Exact(String text) implements Kind {}

    /** The path begins with that text. */
    record Prefix(String text) implements Kind {}

    /** The path ends with that text, or is it without its leading slash. */
    record Suffix(String text) implements Kind {}

    /** The path is taken by that automaton. */
    record Wild(Automaton automaton) implements Kind {}
  }

  private final boolean negated;
  private final String text;
  private final List<String> names;
  private final Kind kind;

  private PathPattern(boolean negated, String text) {
    this.negated = negated;
    this.text = text;
    this.names = List.of(text.split("/", -1));
    this.kind = compile(text);
  }

  /**
   * Reads a pattern.
   *
   * @param pattern the pattern, cleaned and not empty, perhaps with a leading {@code !}
   * @throws PatternException if it is malformed
   */
  static PathPattern of(String pattern) {
    if (pattern.equals("!")) {
      throw new PatternException(pattern, "illegal exclusion pattern: \"!\"");
    }
    boolean negated = pattern.startsWith("!");
    return new PathPattern(negated, negated ? pattern.substring(1) : pattern);
  }

  /** Whether it takes back what earlier patterns matched. */
  boolean negated() {
    return negated;
  }

  boolean matches(String path) {
    return switch (kind) {
      case Kind.Exact(String exact) -> path.equals(exact);
      case Kind.Prefix(String prefix) -> path.startsWith(prefix);
      case Kind.Suffix(String suffix) ->
          path.endsWith(suffix) || (suffix.startsWith("/") && path.equals(suffix.substring(1)));
      case Kind.Wild(Automaton automaton) -> automaton.matches(path);
    };
  }

  /** Whether it matches the path or one of the folders that the path lies in. */
  boolean matchesOrParent(String path) {
    if (path.startsWith("/") || !SlashPath.clean(path).equals(path)) {
      return matches(path) || matchesParent(path);
    }
    return switch (kind) {
      case Kind.Exact(String exact) -> path.equals(exact) || path.startsWith(exact + "/");
      case Kind.Prefix(String prefix) -> path.startsWith(prefix);
      case Kind.Suffix _ -> {
        int end = path.indexOf('/');
        while (end >= 0 && !matches(path.substring(0, end))) {
          end = path.indexOf('/', end + 1);
        }
        yield end >= 0 || matches(path);
      }
      case Kind.Wild(Automaton automaton) -> automaton.matchesOrParent(path);
    };
  }

  /** As {@link #matchesOrParent}, for a path that is not written in the usual way. */
  private boolean matchesParent(String path) {
    String parent = SlashPath.parent(path);
    if (parent.equals(".")) {
      return false;
    }
    for (int slash = parent.indexOf('/'); slash >= 0; slash = parent.indexOf('/', slash + 1)) {
      if (matches(parent.substring(0, slash))) {
        return true;
      }
    }
    return matches(parent);
  }

  private static Kind compile(String text) {
    GlobPattern.of(text);
    if (text.indexOf('*') < 0 && text.indexOf('?') < 0 && plain(text)) {
      return new Kind.Exact(text);
    }
    String withoutEnd = text.endsWith("**") ? text.substring(0, text.length() - 2) : text;
    if (text.endsWith("**") && !withoutEnd.isEmpty() && !hasSpecial(withoutEnd)) {
      return new Kind.Prefix(withoutEnd);
    }
    if (text.startsWith("**") && !hasSpecial(text.substring(2))) {
      return new Kind.Suffix(text.substring(2));
    }
    return new Kind.Wild(automaton(text));
  }

  private static boolean plain(String text) {
    return text.indexOf('[') < 0 && text.indexOf(']') < 0 && text.indexOf('\\') < 0;
  }

  private static boolean hasSpecial(String text) {
    return text.indexOf('*') >= 0 || text.indexOf('?') >= 0 || !plain(text);
  }

  private static Automaton automaton(String text) {
    int[] chars = text.codePoints().toArray();
    Automaton.Builder builder = new Automaton.Builder();
    int i = 0;
    while (i < chars.length) {
      switch (chars[i]) {
        case '*' -> i = stars(chars, i, builder);
        case '?' -> builder.one();
        // Between wildcards a caret is what it is in regular expressions.
        case '^' -> builder.start();
        case '[' -> {
          CharacterSet.Parsed parsed = CharacterSet.parse(chars, i, text);
          if (parsed.set().hasEmptyRange()) {
            throw PatternException.syntax(text);
          }
          builder.oneOf(parsed.set());
          i = parsed.end() - 1;
        }
        case '\\' -> {
          i++;
          builder.literal(chars[i]);
        }
        default -> builder.literal(chars[i]);
      }
      i++;
    }
    return builder.build();
  }

  /**
   * Takes {@code *}, {@code **} or {@code **}{@code /}; returns the index of its last character.
   */
  private static int stars(int[] chars, int start, Automaton.Builder builder) {
    if (start + 1 == chars.length || chars[start + 1] != '*') {
      builder.many();
      return start;
    }
    int last = start + 1;
    if (last + 1 < chars.length && chars[last + 1] == '/') {
      last++;
    }
    if (last + 1 == chars.length) {
      builder.all();
    } else {
      builder.optionalDirectories();
    }
    return last;
  }

  /** Whether something below the directory could match. Errs towards yes. */
  boolean mayMatchBelow(String directory) {
    String[] parents = directory.split("/", -1);
    for (int i = 0; i < parents.length && i < names.size(); i++) {
      String name = names.get(i);
      if (name.contains("**") || name.indexOf('[') >= 0) {
        // Sets may hold slashes, so names do not line up.
        return true;
      }
      if (!GlobPattern.of(name).matches(parents[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return (negated ? "!" : "") + text;
  }
}
