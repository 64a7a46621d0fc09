package dev.janiko.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A word that opens a heredoc, such as {@code 3<<-"NAME"}.
 *
 * @param name the terminator, quotes removed
 * @param expand whether no part of the name was quoted
 * @param chomp whether there is a {@code -}
 * @param fileDescriptor the number in front, or 0
 */
record HeredocWord(String name, boolean expand, boolean chomp, long fileDescriptor) {
  private static final Pattern WORD = Pattern.compile("(\\d*)<<(-?)\\s*([^<]*)");

  /** Heredoc words are read with a backslash for escape, whatever the file's escape character. */
  private static final char ESCAPE = '\\';

  /**
   * Reads a word.
   *
   * @return empty if it does not open a heredoc
   * @throws DockerfileException if its name cannot be read
   */
  static Optional<HeredocWord> parse(String word) {
    Matcher matcher = WORD.matcher(word);
    if (!matcher.matches() || matcher.group(3).isEmpty()) {
      return Optional.empty();
    }
    String rest = matcher.group(3);
    List<String> names = split(rest, WordLexer.Mode.NAME);
    List<String> quoted = split(rest, WordLexer.Mode.QUOTED_NAME);
    if (names.size() != 1 || quoted.size() != 1) {
      return Optional.empty();
    }
    String name = names.getFirst();
    // Escaped quotes are in both; what one has more than the other did the work of quotes.
    boolean plain = quotes(name) == quotes(quoted.getFirst());
    boolean chomp = !matcher.group(2).isEmpty();
    return Optional.of(new HeredocWord(name, plain, chomp, number(matcher.group(1))));
  }

  private static long quotes(String text) {
    return text.chars().filter(c -> c == '"' || c == '\'').count();
  }

  /**
   * The heredoc words of an instruction, in order.
   *
   * @throws DockerfileException if the name of one cannot be read
   */
  static List<HeredocWord> ofLine(String line) {
    List<String> words;
    try {
      words = split(line, WordLexer.Mode.LINE);
    } catch (DockerfileException _) {
      // A line the lexer cannot read, such as one with a lone quote, is the shell's to judge.
      return List.of();
    }
    List<HeredocWord> found = new ArrayList<>();
    for (String word : words) {
      parse(word).ifPresent(found::add);
    }
    return List.copyOf(found);
  }

  /** A word that opens the heredoc. */
  static String print(Heredoc heredoc) {
    String number = heredoc.fileDescriptor() == 0 ? "" : String.valueOf(heredoc.fileDescriptor());
    String quote = heredoc.name().indexOf('\'') < 0 ? "'" : "\"";
    String name = heredoc.name();
    if (heredoc.expand()) {
      quote = "";
      name = name.replaceAll("([\"'\\\\])", "\\\\$1");
    } else if (quote.equals("\"")) {
      name = name.replaceAll("([\"$\\\\])", "\\\\$1");
    }
    return number + "<<" + (heredoc.chomp() ? "-" : "") + quote + name + quote;
  }

  /** As {@link #parse}, where a word that cannot be read is no heredoc. */
  static Optional<HeredocWord> tryParse(String word) {
    try {
      return parse(word);
    } catch (DockerfileException _) {
      return Optional.empty();
    }
  }

  private static List<String> split(String text, WordLexer.Mode mode) {
    return new WordLexer(text, ESCAPE, Variables.none(), mode).run().words();
  }

  private static long number(String digits) {
    if (digits.isEmpty()) {
      return 0;
    }
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException _) {
      return Long.MAX_VALUE;
    }
  }
}
