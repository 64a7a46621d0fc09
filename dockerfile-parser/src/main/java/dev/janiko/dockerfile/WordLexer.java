package dev.janiko.dockerfile;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One pass over one word. Not thread-safe; used once.
 *
 * <p>Reads code points, as a name may be made of any letters.
 */
final class WordLexer {
  /** Nested {@code ${a:-${b:-...}}} deeper than this is no word a person wrote. */
  private static final int MAX_DEPTH = 200;

  private static final int END = -1;
  private static final String MISSING_BRACE = "syntax error: missing '}'";

  /** What happens to quotes, escapes and unset variables. */
  enum Mode {
    /** Quotes and escapes go, variables are expanded. */
    WORD,
    /** Quotes are ordinary characters. */
    HEREDOC,
    /** Quotes and escapes go, unset variables stay as written. */
    NAME,
    /** Escapes go, quotes and unset variables stay as written. */
    QUOTED_NAME,
    /** Nothing changes; only words are found. */
    LINE
  }

  private final int[] input;
  private final int escape;
  private final Variables variables;
  private final boolean quotesAreSpecial;
  private final boolean keepQuotes;
  private final boolean keepUnset;
  private boolean keepEscapes;
  private int position;
  private int depth;
  private final Set<String> unmatched = new LinkedHashSet<>();

  WordLexer(String word, char escape, Variables variables, Mode mode) {
    this.input = word.codePoints().toArray();
    this.escape = escape;
    this.variables = variables;
    this.quotesAreSpecial = mode != Mode.HEREDOC;
    this.keepQuotes = mode == Mode.QUOTED_NAME || mode == Mode.LINE;
    this.keepEscapes = mode == Mode.LINE;
    this.keepUnset = mode != Mode.WORD && mode != Mode.HEREDOC;
  }

  /** The expansion of the whole word. */
  Expansion run() {
    Words words = new Words();
    String text = until(END, words);
    return new Expansion(text, words.finish(), unmatched);
  }

  private int peek() {
    return position < input.length ? input[position] : END;
  }

  private int next() {
    return position < input.length ? input[position++] : END;
  }

  private String until(int stop, Words words) {
    StringBuilder result = new StringBuilder();
    while (peek() != END) {
      int c = peek();
      if (stop != END && c == stop) {
        next();
        return result.toString();
      }
      if (c == '$') {
        String value = dollar();
        result.append(value);
        words.addText(value);
      } else if (quotesAreSpecial && (c == '\'' || c == '"')) {
        String value = c == '"' ? doubleQuoted() : singleQuoted();
        result.append(value);
        words.addQuoted(value);
      } else if (c == '<') {
        String value = lessThan();
        result.append(value);
        words.addQuoted(value);
      } else {
        plain(result, words);
      }
    }
    if (stop != END) {
      throw DockerfileException.of(
          "unexpected end of statement while looking for matching " + Character.toString(stop));
    }
    return result.toString();
  }

  /** Blanks between {@code <<} and the name of a heredoc do not part words. */
  private String lessThan() {
    StringBuilder result = new StringBuilder("<");
    next();
    if (peek() != '<') {
      return result.toString();
    }
    result.appendCodePoint(next());
    if (peek() == '-') {
      result.appendCodePoint(next());
    }
    while (peek() == ' ' || peek() == '\t') {
      result.appendCodePoint(next());
    }
    return result.toString();
  }

  private void plain(StringBuilder result, Words words) {
    int c = next();
    if (c != escape) {
      words.add(c);
      result.appendCodePoint(c);
      return;
    }
    if (keepEscapes) {
      words.addQuoted(c);
      result.appendCodePoint(c);
    }
    int escaped = next();
    if (escaped != END) {
      words.addQuoted(escaped);
      result.appendCodePoint(escaped);
    }
  }

  private String untilKeepingEscapes(int stop) {
    boolean before = keepEscapes;
    keepEscapes = true;
    try {
      return until(stop, new Words());
    } finally {
      keepEscapes = before;
    }
  }

  private String singleQuoted() {
    StringBuilder result = new StringBuilder();
    int open = next();
    if (keepQuotes) {
      result.appendCodePoint(open);
    }
    while (true) {
      int c = next();
      if (c == END) {
        throw DockerfileException.of(
            "unexpected end of statement while looking for matching single-quote");
      }
      if (c == '\'') {
        if (keepQuotes) {
          result.appendCodePoint(c);
        }
        return result.toString();
      }
      result.appendCodePoint(c);
    }
  }

  private String doubleQuoted() {
    StringBuilder result = new StringBuilder();
    int open = next();
    if (keepQuotes) {
      result.appendCodePoint(open);
    }
    while (peek() != '"') {
      int c = peek();
      if (c == END) {
        throw DockerfileException.of(
            "unexpected end of statement while looking for matching double-quote");
      }
      if (c == '$') {
        result.append(dollar());
      } else {
        next();
        escapedInQuotes(result, c);
      }
    }
    int close = next();
    if (keepQuotes) {
      result.appendCodePoint(close);
    }
    return result.toString();
  }

  private void escapedInQuotes(StringBuilder result, int c) {
    if (c != escape) {
      result.appendCodePoint(c);
      return;
    }
    if (keepEscapes) {
      result.appendCodePoint(c);
    }
    int following = peek();
    if (following == END) {
      return;
    }
    if (following == '"' || following == '$' || following == escape) {
      result.appendCodePoint(next());
    } else if (!keepEscapes) {
      result.appendCodePoint(c);
    }
  }

  private String dollar() {
    next();
    if (peek() != '{') {
      String name = name();
      if (name.isEmpty()) {
        return "$";
      }
      return look(name).orElse(keepUnset ? "$" + name : "");
    }
    next();
    return switch (peek()) {
      case END -> throw DockerfileException.of(MISSING_BRACE);
      case '{', '}', ':' -> throw DockerfileException.of("syntax error: bad substitution");
      default -> {
        depth++;
        if (depth > MAX_DEPTH) {
          throw DockerfileException.of("variable substitutions are nested too deeply");
        }
        String value = braced(name());
        depth--;
        yield value;
      }
    };
  }

  private String braced(String name) {
    int c = next();
    return switch (c) {
      case '}' -> look(name).orElse(keepUnset ? "${" + name + "}" : "");
      case ':' -> modified(name, next(), true);
      case '+', '-', '?', '#', '%' -> modified(name, c, false);
      case '/' -> replaced(name);
      default -> throw unsupported(character(c));
    };
  }

  private static String character(int c) {
    return c == END ? "\uFFFD" : Character.toString(c);
  }

  private static DockerfileException unsupported(String modifier) {
    return DockerfileException.of("unsupported modifier (" + modifier + ") in substitution");
  }

  private String modified(String name, int modifier, boolean emptyIsUnset) {
    String written = (emptyIsUnset ? ":" : "") + character(modifier);
    boolean strips = modifier == '#' || modifier == '%';
    if (strips && emptyIsUnset) {
      throw unsupported(written);
    }
    String word = argument('}', strips, MISSING_BRACE);
    Optional<String> value = look(name);
    if (value.isEmpty() && keepUnset) {
      return "${" + name + written + word + "}";
    }
    boolean counts = value.isPresent() && !(emptyIsUnset && value.get().isEmpty());
    return switch (modifier) {
      case '-' -> counts ? value.orElseThrow() : word;
      case '+' -> counts ? word : "";
      case '?' -> {
        if (!counts) {
          String state = value.isPresent() ? "empty" : "unset";
          String message = word.isEmpty() ? "is not allowed to be " + state : word;
          throw DockerfileException.of(name + ": " + message);
        }
        yield value.orElseThrow();
      }
      case '#', '%' -> stripped(value.orElse(""), word, modifier);
      default -> throw unsupported(written);
    };
  }

  private static String stripped(String value, String word, int modifier) {
    boolean longest = !word.isEmpty() && word.charAt(0) == modifier;
    String pattern = longest ? word.substring(1) : word;
    ShellPattern glob = ShellPattern.of(pattern);
    return modifier == '#' ? glob.stripPrefix(value, longest) : glob.stripSuffix(value, longest);
  }

  private String replaced(String name) {
    boolean all = peek() == '/';
    if (all) {
      next();
    }
    String pattern = argument('/', true, "syntax error: missing '/' in ${}");
    String replacement = argument('}', true, MISSING_BRACE);
    Optional<String> value = look(name);
    if (value.isEmpty() && keepUnset) {
      return "${" + name + (all ? "//" : "/") + pattern + "/" + replacement + "}";
    }
    ShellPattern glob = ShellPattern.of(pattern);
    return all
        ? glob.replaceAll(value.orElse(""), replacement)
        : glob.replaceFirst(value.orElse(""), replacement);
  }

  private String argument(int stop, boolean raw, String unterminated) {
    try {
      return raw ? untilKeepingEscapes(stop) : until(stop, new Words());
    } catch (DockerfileException e) {
      if (peek() == END) {
        throw DockerfileException.of(unterminated);
      }
      throw e;
    }
  }

  private Optional<String> look(String name) {
    Optional<String> value = variables.get(name);
    if (value.isEmpty()) {
      unmatched.add(name);
    }
    return value;
  }

  private String name() {
    StringBuilder name = new StringBuilder();
    if (Character.isDigit(peek())) {
      while (Character.isDigit(peek())) {
        name.appendCodePoint(next());
      }
      return name.toString();
    }
    if (peek() != END && "@*#?-$!".indexOf(peek()) >= 0) {
      return Character.toString(next());
    }
    while (peek() == '_' || Character.isLetter(peek()) || Character.isDigit(peek())) {
      name.appendCodePoint(next());
    }
    return name.toString();
  }

  /** The words of the result, split at blanks that were neither quoted nor escaped. */
  private static final class Words {
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();

    void add(int c) {
      if (!GoText.isSpace(c)) {
        word.appendCodePoint(c);
      } else {
        flush();
      }
    }

    void addText(String text) {
      text.codePoints().forEach(this::add);
    }

    void addQuoted(int c) {
      word.appendCodePoint(c);
    }

    void addQuoted(String text) {
      word.append(text);
    }

    private void flush() {
      if (!word.isEmpty()) {
        words.add(word.toString());
        word.setLength(0);
      }
    }

    List<String> finish() {
      flush();
      return words;
    }
  }
}
