package dev.janiko.dockerfile;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A pattern of {@code ${name#pattern}} and its like: {@code *}, {@code ?} and literals. Immutable.
 *
 * <p>Matches by moving a set of states along the text, so that no pattern can make it slow. Like
 * the regular expressions BuildKit uses, {@code *} and {@code ?} do not match a line feed.
 */
final class ShellPattern {
  private static final int ANY = -1;
  private static final int STAR = -2;
  private static final int NONE = -1;

  private final int[] tokens;

  private ShellPattern(int[] tokens) {
    this.tokens = tokens;
  }

  /**
   * Reads a pattern.
   *
   * @throws DockerfileException if it escapes a character that needs no escape
   */
  static ShellPattern of(String pattern) {
    int[] chars = pattern.codePoints().toArray();
    List<Integer> tokens = new ArrayList<>();
    for (int i = 0; i < chars.length; i++) {
      int following = i + 1 < chars.length ? chars[i + 1] : 0xfffd;
      switch (chars[i]) {
        case '*' -> tokens.add(STAR);
        case '?' -> tokens.add(ANY);
        case '\\' -> {
          switch (following) {
            case '}', '/' -> {
              // The backslash only kept the delimiter from ending the pattern.
            }
            case '*', '?', '\\' -> {
              tokens.add(following);
              i++;
            }
            default ->
                throw DockerfileException.of(
                    "invalid pattern ("
                        + pattern
                        + ") in substitution: invalid escape '\\"
                        + Character.toString(following)
                        + "'");
          }
        }
        default -> tokens.add(chars[i]);
      }
    }
    return new ShellPattern(tokens.stream().mapToInt(Integer::intValue).toArray());
  }

  /** The text without its shortest or longest beginning that matches. */
  String stripPrefix(String text, boolean longest) {
    int[] chars = text.codePoints().toArray();
    int end = end(tokens, chars, 0, longest);
    return end == NONE ? text : new String(chars, end, chars.length - end);
  }

  /** The text without its shortest or longest ending that matches. */
  String stripSuffix(String text, boolean longest) {
    int[] chars = text.codePoints().toArray();
    int length = end(reversed(tokens), reversed(chars), 0, longest);
    return length == NONE ? text : new String(chars, 0, chars.length - length);
  }

  /** The text with the longest of its first matches replaced. */
  String replaceFirst(String text, String replacement) {
    int[] chars = text.codePoints().toArray();
    int start = starts(chars).nextSetBit(0);
    if (start < 0) {
      return text;
    }
    int end = end(tokens, chars, start, true);
    return new String(chars, 0, start) + replacement + new String(chars, end, chars.length - end);
  }

  /** The text with all matches replaced; {@code $0} in the replacement is what matched. */
  String replaceAll(String text, String replacement) {
    int[] chars = text.codePoints().toArray();
    BitSet starts = starts(chars);
    StringBuilder result = new StringBuilder();
    int copied = 0;
    int previousEnd = NONE;
    int from = 0;
    while (from <= chars.length) {
      int start = starts.nextSetBit(from);
      if (start < 0) {
        break;
      }
      int end = end(tokens, chars, start, true);
      if (end > start || end != previousEnd) {
        result.append(new String(chars, copied, start - copied));
        result.append(template(replacement, new String(chars, start, end - start)));
        copied = end;
      }
      previousEnd = end;
      from = end > start ? end : start + 1;
    }
    result.append(new String(chars, copied, chars.length - copied));
    return result.toString();
  }

  /** The positions where a match can begin: the ends of the reversed pattern on reversed text. */
  private BitSet starts(int[] chars) {
    int[] backwards = reversed(chars);
    int[] pattern = reversed(tokens);
    BitSet states = new BitSet(pattern.length + 1);
    BitSet starts = new BitSet(chars.length + 1);
    for (int i = 0; i <= chars.length; i++) {
      // A match may end anywhere, so a new attempt begins at every position.
      states.set(0);
      close(pattern, states);
      if (states.get(pattern.length)) {
        starts.set(chars.length - i);
      }
      if (i < chars.length) {
        states = step(pattern, states, backwards[i]);
      }
    }
    return starts;
  }

  private static int end(int[] pattern, int[] chars, int start, boolean longest) {
    BitSet states = new BitSet(pattern.length + 1);
    states.set(0);
    close(pattern, states);
    int found = NONE;
    for (int i = start; ; i++) {
      if (states.get(pattern.length)) {
        found = i;
        if (!longest) {
          return found;
        }
      }
      if (i == chars.length || states.isEmpty()) {
        return found;
      }
      states = step(pattern, states, chars[i]);
    }
  }

  private static BitSet step(int[] pattern, BitSet states, int c) {
    BitSet following = new BitSet(pattern.length + 1);
    for (int s = states.nextSetBit(0); s >= 0 && s < pattern.length; s = states.nextSetBit(s + 1)) {
      int token = pattern[s];
      if (token == STAR) {
        if (c != '\n') {
          following.set(s);
        }
      } else if (token == ANY ? c != '\n' : token == c) {
        following.set(s + 1);
      }
    }
    close(pattern, following);
    return following;
  }

  /** A star may match nothing. */
  private static void close(int[] pattern, BitSet states) {
    for (int s = states.nextSetBit(0); s >= 0 && s < pattern.length; s = states.nextSetBit(s + 1)) {
      if (pattern[s] == STAR) {
        states.set(s + 1);
      }
    }
  }

  private static int[] reversed(int[] values) {
    int[] result = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[values.length - 1 - i];
    }
    return result;
  }

  /** Go's replacement templates, which {@code ${name//p/r}} lets through. */
  private static String template(String replacement, String match) {
    StringBuilder result = new StringBuilder();
    int i = 0;
    while (i < replacement.length()) {
      char c = replacement.charAt(i);
      if (c != '$') {
        result.append(c);
        i++;
        continue;
      }
      if (replacement.startsWith("$$", i)) {
        result.append('$');
        i += 2;
        continue;
      }
      boolean brace = replacement.startsWith("${", i);
      int start = i + (brace ? 2 : 1);
      int end = start;
      while (end < replacement.length()
          && (replacement.charAt(end) == '_'
              || Character.isLetterOrDigit(replacement.charAt(end)))) {
        end++;
      }
      boolean closed = !brace || (end < replacement.length() && replacement.charAt(end) == '}');
      if (end == start || !closed) {
        result.append('$');
        i++;
        continue;
      }
      if (replacement.substring(start, end).equals("0")) {
        result.append(match);
      }
      i = brace ? end + 1 : end;
    }
    return result.toString();
  }
}
