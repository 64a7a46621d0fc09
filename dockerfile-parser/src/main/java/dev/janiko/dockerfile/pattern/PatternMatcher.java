package dev.janiko.dockerfile.pattern;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/**
 * The patterns of a {@code .dockerignore} file or of {@code --exclude}, as moby's matcher takes
 * them. Immutable and thread-safe.
 *
 * <p>A pattern matches a path if it matches the path or one of its parents. Patterns count in
 * order; one that begins with {@code !} takes back what earlier ones matched. {@code **} stands for
 * any number of directories.
 */
public final class PatternMatcher {
  private final List<PathPattern> patterns;

  /** What is known about a directory, so that its entries need not ask again. Immutable. */
  public static final class Match {
    private static final Match NOTHING = new Match(false, List.of());

    private final boolean matched;
    private final List<Boolean> byPattern;

    private Match(boolean matched, List<Boolean> byPattern) {
      this.matched = matched;
      this.byPattern = byPattern;
    }

    /** Whether the path is matched by the patterns as a whole. */
    public boolean matched() {
      return matched;
    }
  }

  private PatternMatcher(List<PathPattern> patterns) {
    this.patterns = List.copyOf(patterns);
  }

  /**
   * A matcher of patterns.
   *
   * @param patterns the patterns, in order; blank ones do not count
   * @throws PatternException if one is malformed, or nothing but {@code !}
   */
  public static PatternMatcher of(List<String> patterns) {
    requireNonNull(patterns, "patterns is null");
    List<PathPattern> compiled = new ArrayList<>();
    for (String pattern : patterns) {
      String stripped = pattern.strip();
      if (!stripped.isEmpty()) {
        compiled.add(PathPattern.of(SlashPath.clean(stripped)));
      }
    }
    return new PatternMatcher(compiled);
  }

  /** Whether there are no patterns. */
  public boolean isEmpty() {
    return patterns.isEmpty();
  }

  /** Whether one of the patterns begins with {@code !}. */
  public boolean hasNegations() {
    return patterns.stream().anyMatch(PathPattern::negated);
  }

  /**
   * Whether the path, or a parent that makes it so, is matched.
   *
   * @param path the path, slash-separated, relative, cleaned
   */
  public boolean matchesOrParentMatches(String path) {
    boolean matched = false;
    for (PathPattern pattern : patterns) {
      if (pattern.negated() == matched && pattern.matchesOrParent(path)) {
        matched = !pattern.negated();
      }
    }
    return matched;
  }

  /** Whether the patterns match the path itself; what they say of its parents does not count. */
  public boolean matches(String path) {
    boolean matched = false;
    for (PathPattern pattern : patterns) {
      if (pattern.negated() == matched && pattern.matches(path)) {
        matched = !pattern.negated();
      }
    }
    return matched;
  }

  /** Where a walk begins: the root itself, which no pattern matches. */
  public Match root() {
    return Match.NOTHING;
  }

  /**
   * The step of a walk: what {@link #matchesOrParentMatches} says of an entry, found faster.
   *
   * @param path the entry's path from the root
   * @param parent what {@code match} said of its directory, or {@link #root()}
   */
  public Match match(String path, Match parent) {
    if (patterns.isEmpty()) {
      return Match.NOTHING;
    }
    boolean known = !parent.byPattern.isEmpty();
    List<Boolean> byPattern = new ArrayList<>(patterns.size());
    boolean matched = false;
    for (int i = 0; i < patterns.size(); i++) {
      PathPattern pattern = patterns.get(i);
      boolean hit = known && parent.byPattern.get(i);
      if (!hit && pattern.negated() == matched) {
        hit = known ? pattern.matches(path) : pattern.matchesOrParent(path);
      }
      byPattern.add(hit);
      if (hit) {
        matched = !pattern.negated();
      }
    }
    return new Match(matched, List.copyOf(byPattern));
  }

  /**
   * Whether a walk has to look into a directory.
   *
   * @param directory the directory's path
   * @param match what {@link #match} said of it
   * @return false if it is matched and no {@code !} pattern could take back anything below it
   */
  public boolean mayDescend(String directory, Match match) {
    if (!match.matched()) {
      return true;
    }
    for (PathPattern pattern : patterns) {
      if (pattern.negated() && pattern.mayMatchBelow(directory)) {
        return true;
      }
    }
    return false;
  }
}
