package dev.janiko.builder.copy;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.DirEntry;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.dockerfile.pattern.GlobPattern;
import dev.janiko.dockerfile.pattern.PatternException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds what the sources of a COPY name: a plain path one thing, a pattern any number. What is left
 * out is not there, whatever links lead to it.
 */
final class SourceFinder {
  private final RootFs root;
  private final Exclusions exclusions;

  SourceFinder(RootFs root, Exclusions exclusions) {
    this.root = root;
    this.exclusions = exclusions;
  }

  /**
   * Something to copy.
   *
   * @param name its raw name, as it was asked for; empty for the root
   * @param path where it is, raw, from the root and without links
   * @param stat what it is; no link
   */
  record Found(String name, String path, Stat stat) {}

  /**
   * What a source names, in byte order.
   *
   * @throws CopyException if a plain path names nothing, or the pattern is malformed
   */
  List<Found> find(String source) throws IOException {
    List<String> names = cleaned(source);
    int plain = 0;
    while (plain < names.size() && !GlobPattern.hasWildcards(names.get(plain))) {
      plain++;
    }
    String prefix = String.join("/", names.subList(0, plain));
    if (plain == names.size()) {
      return List.of(plain(prefix));
    }
    Optional<Stat> there = root.stat(UnixPath.ofRaw(prefix), true);
    List<Found> found = new ArrayList<>();
    if (there.isPresent() && there.get().isDirectory()) {
      String path = root.resolve(UnixPath.ofRaw(prefix), true).path();
      try (Dir top = root.openDirectory(UnixPath.ofRaw(path))) {
        match(top, path, patterns(names.subList(plain, names.size()), source), found);
      }
    }
    return found;
  }

  private static List<String> cleaned(String source) {
    List<String> names = new ArrayList<>();
    for (String name : UnixPath.of(source).rawNames()) {
      if (!name.equals("..")) {
        names.add(name);
      } else if (!names.isEmpty()) {
        names.removeLast();
      }
    }
    return names;
  }

  private static List<GlobPattern> patterns(List<String> names, String source)
      throws CopyException {
    try {
      return names.stream().map(name -> GlobPattern.of(text(name))).toList();
    } catch (PatternException e) {
      throw new CopyException("the pattern %s is malformed: %s".formatted(source, e.getMessage()));
    }
  }

  private Found plain(String path) throws IOException {
    String shown = "\"/%s\": not found".formatted(text(path));
    Optional<Stat> stat = root.stat(UnixPath.ofRaw(path), true);
    if (stat.isEmpty()) {
      throw new CopyException(shown);
    }
    RootFs.Location place = root.resolve(UnixPath.ofRaw(path), true);
    Found found = new Found(path.substring(path.lastIndexOf('/') + 1), place.path(), stat.get());
    if (!isIncluded(found) || (!place.path().equals(path) && isExcludedLink(path))) {
      throw new CopyException(shown + " (it is there, but excluded by the .dockerignore file)");
    }
    return found;
  }

  /** Whether a link, at the end of a path or on its way, is left out. */
  private boolean isExcludedLink(String path) throws IOException {
    return exclusions.excludes(path)
        || exclusions.excludes(root.resolve(UnixPath.ofRaw(path), false).path());
  }

  /** Whether anything of what was found is not left out. */
  private boolean isIncluded(Found found) throws IOException {
    String path = found.path();
    if (path.isEmpty() || !exclusions.excludes(path)) {
      return true;
    }
    if (!found.stat().isDirectory()) {
      return false;
    }
    try (Dir directory = root.openDirectory(UnixPath.ofRaw(path))) {
      return anyIncluded(exclusions, directory, path);
    }
  }

  /** Whether anything below a directory that is left out is taken back in. */
  static boolean anyIncluded(Exclusions exclusions, Dir directory, String path) throws IOException {
    if (!exclusions.mayIncludeBelow(path)) {
      return false;
    }
    for (DirEntry entry : directory.entries()) {
      String child = path.isEmpty() ? entry.name() : path + "/" + entry.name();
      if (!exclusions.excludes(child)) {
        return true;
      }
      if (entry.stat().isDirectory()) {
        try (Dir below = directory.openDir(entry.name())) {
          if (anyIncluded(exclusions, below, child)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private void match(Dir dir, String path, List<GlobPattern> patterns, List<Found> found)
      throws IOException {
    GlobPattern pattern = patterns.getFirst();
    List<GlobPattern> rest = patterns.subList(1, patterns.size());
    List<DirEntry> entries = new ArrayList<>(dir.entries());
    entries.sort(Comparator.comparing(DirEntry::name));
    for (DirEntry entry : entries) {
      if (!pattern.matches(text(entry.name()))) {
        continue;
      }
      String child = path.isEmpty() ? entry.name() : path + "/" + entry.name();
      if (rest.isEmpty()) {
        add(child, entry, found);
      } else if (entry.stat().isDirectory()) {
        try (Dir below = dir.openDir(entry.name())) {
          match(below, child, rest, found);
        }
      }
    }
  }

  private void add(String path, DirEntry entry, List<Found> found) throws IOException {
    if (entry.stat().isSymlink()) {
      if (!exclusions.excludes(path)) {
        found.add(plain(path));
      }
      return;
    }
    Found plain = new Found(entry.name(), path, entry.stat());
    if (isIncluded(plain)) {
      found.add(plain);
    }
  }

  private static String text(String raw) {
    return UnixPath.ofRaw(raw).toString();
  }
}
