package dev.janiko.builder.snapshot;

import dev.janiko.builder.linux.UnixPath;
import dev.janiko.dockerfile.pattern.GlobPattern;
import java.util.List;
import java.util.function.Predicate;

/** Paths that no layer tells of, with all below them: changes there stay out of images. */
public final class IgnoredPaths implements Predicate<UnixPath> {
  /** No path. */
  public static final IgnoredPaths NONE = new IgnoredPaths(List.of());

  private final List<GlobPattern> patterns;

  private IgnoredPaths(List<GlobPattern> patterns) {
    this.patterns = List.copyOf(patterns);
  }

  /**
   * Reads patterns.
   *
   * @param patterns absolute paths, whose components may have wildcards
   * @throws dev.janiko.dockerfile.pattern.PatternException if one is malformed
   */
  public static IgnoredPaths of(List<String> patterns) {
    return new IgnoredPaths(
        patterns.stream()
            .map(pattern -> GlobPattern.of(pattern.replaceAll("^/+|/+$", "")))
            .toList());
  }

  /** Whether a path from the root, or one above it, is ignored. */
  @Override
  public boolean test(UnixPath path) {
    String text = path.toString();
    for (int end = text.indexOf('/'); end >= 0; end = text.indexOf('/', end + 1)) {
      if (matches(text.substring(0, end))) {
        return true;
      }
    }
    return matches(text);
  }

  private boolean matches(String path) {
    return !path.isEmpty() && patterns.stream().anyMatch(pattern -> pattern.matches(path));
  }

  /** The changes that are told of. */
  public Changes without(Changes changes) {
    return patterns.isEmpty()
        ? changes
        : new Changes(changes.all().stream().filter(change -> !test(change.path())).toList());
  }
}
