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
 * @param expand whether no part of the name was quoted or escaped
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
   * @throws DockerfileException if its quotes are not closed
   */
  static Optional<HeredocWord> parse(String word) {
    Matcher matcher = WORD.matcher(word);
    if (!matcher.matches() || matcher.group(3).isEmpty()) {
      return Optional.empty();
    }
    String rest = matcher.group(3);
    List<String> names = split(rest, WordLexer.Mode.PARTS);
    List<String> written = split(rest, WordLexer.Mode.RAW_PARTS);
    if (names.size() != 1 || written.size() != 1) {
      return Optional.empty();
    }
    String name = names.getFirst();
    boolean plain = name.equals(written.getFirst());
    boolean chomp = !matcher.group(2).isEmpty();
    return Optional.of(new HeredocWord(name, plain, chomp, number(matcher.group(1))));
  }

  /**
   * The heredoc words of an instruction, in order.
   *
   * @throws DockerfileException if quotes of such a word are not closed
   */
  static List<HeredocWord> ofLine(String line) {
    List<String> words;
    try {
      words = split(line, WordLexer.Mode.RAW_PARTS);
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
