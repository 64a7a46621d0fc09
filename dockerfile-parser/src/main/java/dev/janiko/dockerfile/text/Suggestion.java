package dev.janiko.dockerfile.text;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** The nearest of some names to a misspelled one. */
public final class Suggestion {
  private static final int TOO_FAR = 3;

  private Suggestion() {}

  /**
   * The nearest option by edit distance, the first of equally near ones.
   *
   * @return empty if none is nearer than 3 edits, or if one is the name itself
   */
  public static Optional<String> nearest(String name, Collection<String> options) {
    Optional<String> best = Optional.empty();
    int bestDistance = TOO_FAR;
    for (String option : options) {
      if (option.equals(name)) {
        return Optional.empty();
      }
      int distance = distance(name, option);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = Optional.of(option);
      }
    }
    return best;
  }

  /** As {@link #nearest}, whatever the case; the answer is lower-case unless the name is upper. */
  public static Optional<String> nearestIgnoringCase(String name, Collection<String> options) {
    boolean upper = name.equals(name.toUpperCase(Locale.ROOT));
    return nearest(
            name.toLowerCase(Locale.ROOT),
            options.stream().map(option -> option.toLowerCase(Locale.ROOT)).toList())
        .map(found -> upper ? found.toUpperCase(Locale.ROOT) : found);
  }

  /** The text that suggests: {@code " (did you mean x?)"}, or nothing. */
  public static String hint(Optional<String> nearest) {
    return nearest.map(found -> " (did you mean " + found + "?)").orElse("");
  }

  private static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) >= TOO_FAR) {
      return TOO_FAR;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitution, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
