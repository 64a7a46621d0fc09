package dev.janiko.builder.compare;

import dev.janiko.builder.compare.Difference.Area;
import dev.janiko.builder.compare.Difference.Origin;
import dev.janiko.builder.linux.Timestamp;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares file systems, path by path. */
final class FileDiffer {
  private static final int SHOWN_LINKS = 8;

  private final Sides<List<String>> instructions;
  private final List<Difference> found;

  FileDiffer(Sides<IndexedImage> images, List<Difference> found) {
    this.instructions = images.map(IndexedImage::instructions);
    this.found = found;
  }

  void compare(Sides<SortedMap<String, FlatEntry>> files) {
    Iterator<Map.Entry<String, FlatEntry>> lefts = files.left().entrySet().iterator();
    Iterator<Map.Entry<String, FlatEntry>> rights = files.right().entrySet().iterator();
    Map.Entry<String, FlatEntry> left = next(lefts);
    Map.Entry<String, FlatEntry> right = next(rights);
    while (left != null || right != null) {
      int order = order(left, right);
      String path = order <= 0 && left != null ? left.getKey() : keyOf(right);
      one(
          path,
          order <= 0 && left != null ? left.getValue() : null,
          order >= 0 && right != null ? right.getValue() : null);
      left = order <= 0 ? next(lefts) : left;
      right = order >= 0 ? next(rights) : right;
    }
  }

  private static Map.@Nullable Entry<String, FlatEntry> next(
      Iterator<Map.Entry<String, FlatEntry>> entries) {
    return entries.hasNext() ? entries.next() : null;
  }

  private static String keyOf(Map.@Nullable Entry<String, FlatEntry> entry) {
    return entry == null ? "" : entry.getKey();
  }

  /** Which side is at the lower path; a side that has ended is at the highest. */
  private static int order(
      Map.@Nullable Entry<String, FlatEntry> left, Map.@Nullable Entry<String, FlatEntry> right) {
    if (left == null) {
      return 1;
    }
    return right == null ? -1 : left.getKey().compareTo(right.getKey());
  }

  private void one(String path, @Nullable FlatEntry left, @Nullable FlatEntry right) {
    if (left != null && right != null) {
      new Pair(path, left, right).compare();
    } else if (!isImpliedRoot(path, left, right)) {
      onlyOne(path, left, right);
    }
  }

  /** Few images say anything of their root. */
  private static boolean isImpliedRoot(
      String path, @Nullable FlatEntry left, @Nullable FlatEntry right) {
    FlatEntry only = left == null ? right : left;
    return path.isEmpty()
        && only != null
        && only.entry().mode() == 0755
        && only.entry().uid() == 0
        && only.entry().gid() == 0
        && only.entry().xattrs().isEmpty();
  }

  private void onlyOne(String path, @Nullable FlatEntry left, @Nullable FlatEntry right) {
    found.add(
        new Difference(
            Area.FILE,
            LayerPath.shown(path),
            Difference.PRESENCE,
            Optional.ofNullable(left).map(FileDiffer::describe),
            Optional.ofNullable(right).map(FileDiffer::describe),
            Optional.ofNullable(left).map(entry -> origin(entry, instructions.left())),
            Optional.ofNullable(right).map(entry -> origin(entry, instructions.right()))));
  }

  private static String describe(FlatEntry flat) {
    LayerEntry entry = flat.entry();
    String size = entry.kind() == EntryKind.FILE ? " " + entry.size() + " bytes" : "";
    String target =
        entry.kind() == EntryKind.SYMLINK ? " to " + LayerPath.readable(entry.content()) : "";
    return entry.kind().words() + " " + mode(entry) + " " + owner(entry) + size + target;
  }

  private static Origin origin(FlatEntry entry, List<String> made) {
    return new Origin(entry.layer(), made.get(entry.layer() - 1));
  }

  private static String mode(LayerEntry entry) {
    return "%04o".formatted(entry.mode());
  }

  private static String owner(LayerEntry entry) {
    return entry.uid() + ":" + entry.gid();
  }

  private static String time(Timestamp time) {
    return Instant.ofEpochSecond(time.seconds(), time.nanos()).toString();
  }

  /** The same path in both images. */
  private final class Pair {
    private final String path;
    private final FlatEntry left;
    private final FlatEntry right;

    private Pair(String path, FlatEntry left, FlatEntry right) {
      this.path = path;
      this.left = left;
      this.right = right;
    }

    private void compare() {
      LayerEntry one = left.entry();
      LayerEntry other = right.entry();
      if (one.kind() != other.kind()) {
        add("type", describe(left), describe(right));
        return;
      }
      if (one.kind() != EntryKind.SYMLINK) {
        add("mode", mode(one), mode(other)); // a link's own mode means nothing
      }
      add("owner", owner(one), owner(other));
      switch (one.kind()) {
        case FILE -> {
          add("size", Long.toString(one.size()), Long.toString(other.size()));
          add("content", "sha256:" + one.content(), "sha256:" + other.content());
        }
        case SYMLINK ->
            add("target", LayerPath.readable(one.content()), LayerPath.readable(other.content()));
        case CHARACTER_DEVICE, BLOCK_DEVICE -> add("device", one.content(), other.content());
        case DIRECTORY, FIFO, HARD_LINK, WHITEOUT, OPAQUE -> {}
      }
      links();
      xattrs(one.xattrs(), other.xattrs());
      if (!left.implied() && !right.implied()) {
        add("mtime", time(one.mtime()), time(other.mtime()));
      }
    }

    private void add(String attribute, String one, String other) {
      add(attribute, Optional.of(one), Optional.of(other));
    }

    private void add(String attribute, Optional<String> one, Optional<String> other) {
      if (!one.equals(other)) {
        found.add(
            new Difference(
                Area.FILE,
                LayerPath.shown(path),
                attribute,
                one,
                other,
                Optional.of(origin(left, instructions.left())),
                Optional.of(origin(right, instructions.right()))));
      }
    }

    /** Told once for all the names of a file, at its first one. */
    private void links() {
      boolean first =
          left.links().stream().findFirst().equals(Optional.of(path))
              || right.links().stream().findFirst().equals(Optional.of(path));
      if (first && !left.links().equals(right.links())) {
        add("links", shown(left.links()), shown(right.links()));
      }
    }

    private Optional<String> shown(List<String> links) {
      if (links.isEmpty()) {
        return Optional.empty();
      }
      String some =
          String.join(", ", links.stream().limit(SHOWN_LINKS).map(LayerPath::shown).toList());
      return Optional.of(
          links.size() > SHOWN_LINKS
              ? links.size() + " names: " + some + " and others"
              : links.size() + " names: " + some);
    }

    private void xattrs(Map<String, String> one, Map<String, String> other) {
      TreeSet<String> names = new TreeSet<>(one.keySet());
      names.addAll(other.keySet());
      for (String name : names) {
        add(
            "xattr." + name,
            Optional.ofNullable(one.get(name)),
            Optional.ofNullable(other.get(name)));
      }
    }
  }
}
