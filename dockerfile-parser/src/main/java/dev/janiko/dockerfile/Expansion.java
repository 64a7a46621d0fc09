package dev.janiko.dockerfile;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What became of a word.
 *
 * @param text the word expanded, quotes and escapes removed
 * @param words the same split at blanks that were not quoted
 * @param unmatched the names of the variables that were asked for and not set, in order
 */
public record Expansion(String text, List<String> words, Set<String> unmatched) {
  /** Copies the words; the set keeps its order. */
  public Expansion {
    words = List.copyOf(words);
    unmatched = Collections.unmodifiableSet(new LinkedHashSet<>(unmatched));
  }
}
