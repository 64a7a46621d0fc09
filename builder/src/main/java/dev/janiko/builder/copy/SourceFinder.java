package dev.janiko.builder.copy;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.DirEntry;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.dockerfile.pattern.GlobPattern;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds what the sources of a COPY name: a plain path one thing, a pattern any number. */
final class SourceFinder {
  private final RootFs root;
  private final Predicate<String> ignored;

  SourceFinder(RootFs root, Predicate<String> ignored) {
    this.root = root;
    this.ignored = ignored;
  }

  /**
   * Raw paths below the root, in byte order.
   *
   * @throws CopyException if a plain path names nothing
   */
  List<String> find(String source) throws IOException {
    List<String> names = cleaned(source);
    if (names.stream().noneMatch(GlobPattern::hasWildcards)) {
      String path = String.join("/", names);
      requireThere(path);
      return List.of(path);
    }
    List<String> found = new ArrayList<>();
    try (Dir top = root.openDirectory(UnixPath.ofRaw(""))) {
      match(top, "", names, found);
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

  private void requireThere(String path) throws IOException {
    boolean there = path.isEmpty() || root.stat(UnixPath.ofRaw(path), true).isPresent();
    if (there && !path.isEmpty() && ignored.test(path) && !directory(path)) {
      throw new CopyException(
          "\"/%s\": not found (it is there, but excluded by the .dockerignore file)"
              .formatted(UnixPath.ofRaw(path)));
    }
    if (!there) {
      throw new CopyException("\"/%s\": not found".formatted(UnixPath.ofRaw(path)));
    }
  }

  private boolean directory(String path) throws IOException {
    Optional<Stat> stat = root.stat(UnixPath.ofRaw(path), true);
    return stat.isPresent() && stat.get().isDirectory();
  }

  private void match(Dir dir, String path, List<String> names, List<String> found)
      throws IOException {
    GlobPattern pattern = GlobPattern.of(names.getFirst());
    List<String> rest = names.subList(1, names.size());
    List<DirEntry> entries = new ArrayList<>(dir.entries());
    entries.sort(Comparator.comparing(DirEntry::name));
    for (DirEntry entry : entries) {
      if (!pattern.matches(entry.name())) {
        continue;
      }
      String child = path.isEmpty() ? entry.name() : path + "/" + entry.name();
      if (rest.isEmpty()) {
        if (!ignored.test(child) || entry.stat().isDirectory()) {
          found.add(child);
        }
      } else if (entry.stat().isDirectory()) {
        try (Dir below = dir.openDir(entry.name())) {
          match(below, child, rest, found);
        }
      }
    }
  }
}
