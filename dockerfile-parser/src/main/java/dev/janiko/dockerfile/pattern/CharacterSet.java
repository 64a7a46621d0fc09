package dev.janiko.dockerfile.pattern;

import java.util.ArrayList;
import java.util.List;

/**
 * The characters of {@code [a-z]} or {@code [^a-z]}.
 *
 * @param negated whether those not in the ranges are meant
 * @param ranges the ranges
 */
record CharacterSet(boolean negated, List<Range> ranges) {
  /** Characters from one to another, both included. */
  record Range(int low, int high) {}

  /** A set and the index after its closing bracket. */
  record Parsed(CharacterSet set, int end) {}

  CharacterSet {
    ranges = List.copyOf(ranges);
  }

  boolean contains(int c) {
    for (Range range : ranges) {
      if (range.low() <= c && c <= range.high()) {
        return !negated;
      }
    }
    return negated;
  }

  /** Whether a range runs backwards, and so holds nothing. */
  boolean hasEmptyRange() {
    return ranges.stream().anyMatch(range -> range.low() > range.high());
  }

  /**
   * Reads a set.
   *
   * @param pattern the code points of the pattern
   * @param open the index of the opening bracket
   * @param text the pattern, for the message
   */
  static Parsed parse(int[] pattern, int open, String text) {
    int i = open + 1;
    boolean negated = i < pattern.length && pattern[i] == '^';
    if (negated) {
      i++;
    }
    List<Range> ranges = new ArrayList<>();
    while (i >= pattern.length || pattern[i] != ']' || ranges.isEmpty()) {
      int end = endOfMember(pattern, i, text);
      int low = pattern[end - 1];
      int high = low;
      i = end;
      if (pattern[i] == '-') {
        end = endOfMember(pattern, i + 1, text);
        high = pattern[end - 1];
        i = end;
      }
      ranges.add(new Range(low, high));
    }
    return new Parsed(new CharacterSet(negated, ranges), i + 1);
  }

  /** The index after a character of the set, which may be escaped; something must follow it. */
  private static int endOfMember(int[] pattern, int start, String text) {
    if (start >= pattern.length || pattern[start] == '-' || pattern[start] == ']') {
      throw PatternException.syntax(text);
    }
    int end = pattern[start] == '\\' ? start + 2 : start + 1;
    if (end >= pattern.length) {
      throw PatternException.syntax(text);
    }
    return end;
  }
}
