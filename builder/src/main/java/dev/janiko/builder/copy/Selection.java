package dev.janiko.builder.copy;

import dev.janiko.builder.linux.UnixPath;
import dev.janiko.dockerfile.pattern.GlobPattern;
import dev.janiko.dockerfile.pattern.PatternException;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import java.util.ArrayList;
import java.util.List;

/**
 * Leaves out all but what one source of {@code COPY --parents} names, with all below it. Paths are
 * relative to the folder that the source's own path begins in.
 */
final class Selection implements Exclusions {
  private static final String PIVOT = "/./";
  private static final String ANY_DEPTH = "**";

  private final String folder;
  private final String written;
  private final PatternMatcher matcher;
  private final List<GlobPattern> first;
  private final boolean anyDepth;

  private Selection(String folder, String written, List<String> names) {
    this.folder = folder;
    this.written = written;
    this.matcher = PatternMatcher.of(List.of(String.join("/", names)));
    int deep = names.indexOf(ANY_DEPTH);
    this.anyDepth = names.stream().anyMatch(name -> name.contains(ANY_DEPTH));
    int plain = deep < 0 ? names.size() : deep;
    this.first =
        names.stream()
            .limit(plain)
            .takeWhile(name -> !name.contains(ANY_DEPTH))
            .map(GlobPattern::of)
            .toList();
  }

  /**
   * Reads a source as it is written.
   *
   * @throws CopyException if the pattern is malformed
   */
  static Selection of(String source) throws CopyException {
    int pivot = source.indexOf(PIVOT);
    String folder = pivot < 0 ? "" : source.substring(0, pivot);
    String rest = pivot < 0 ? source : source.substring(pivot + PIVOT.length());
    List<String> names = new ArrayList<>();
    for (String name : rest.split("/", -1)) {
      if (name.equals("..") && !names.isEmpty()) {
        names.removeLast();
      } else if (!name.isEmpty() && !name.equals(".") && !name.equals("..")) {
        names.add(name);
      }
    }
    if (names.isEmpty()) {
      // BuildKit has it so: what --parents keeps is the path of something below the folder.
      throw new CopyException(
          "\"/\": not found (COPY --parents needs the name of something, or **)");
    }
    try {
      return new Selection(folder, String.join("/", names), names);
    } catch (PatternException e) {
      throw new CopyException("the pattern %s is malformed: %s".formatted(source, e.getMessage()));
    }
  }

  /** The source's part before the pivot: the folder that paths are kept from, or a pattern. */
  String folder() {
    return folder;
  }

  /** The source's part after the pivot. */
  String written() {
    return written;
  }

  /** All that is left out of a folder that it begins in, by paths from the request's root. */
  Exclusions exclusions(CopyRequest request, String top) {
    return Exclusions.both(
        request.exclusions(), Exclusions.both(this, request.rules().excluded()).below(top));
  }

  /** Whether it names one path, which must be there. */
  boolean isPlain() {
    return !GlobPattern.hasWildcards(written);
  }

  @Override
  public boolean excludes(String path) {
    return !matcher.matchesOrParentMatches(UnixPath.ofRaw(path).toString());
  }

  @Override
  public boolean mayIncludeBelow(String directory) {
    if (directory.isEmpty()) {
      return true;
    }
    String[] names = UnixPath.ofRaw(directory).toString().split("/", -1);
    if (!anyDepth && names.length >= first.size()) {
      return false;
    }
    for (int i = 0; i < Math.min(names.length, first.size()); i++) {
      if (!first.get(i).matches(names[i])) {
        return false;
      }
    }
    return true;
  }
}
