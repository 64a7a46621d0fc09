package dev.janiko.builder.step;

import dev.janiko.builder.copy.Exclusions;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.dockerfile.pattern.PatternMatcher;

/** A context's ignore rules, for raw paths. */
record IgnoreRules(PatternMatcher matcher) implements Exclusions {
  @Override
  public boolean excludes(String path) {
    return matcher.matchesOrParentMatches(text(path));
  }

  @Override
  public boolean mayIncludeBelow(String directory) {
    String path = text(directory);
    return matcher.mayDescend(path, matcher.match(path, matcher.root()));
  }

  private static String text(String raw) {
    return UnixPath.ofRaw(raw).toString();
  }
}
