package dev.janiko.builder.compare;

import dev.janiko.builder.compare.LayerEffect.Effect;
import dev.janiko.registry.RegistryException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Lays layers over each other as engines do. Used by one thread. */
final class Flattener {
  private static final int MAX_LINKS = 40;

  private final TreeMap<String, Placed> tree = new TreeMap<>();
  private final List<LayerEffect> effects = new ArrayList<>();
  private final List<WastedFile> wasted = new ArrayList<>();
  private Map<String, Optional<Placed>> touched = new HashMap<>();

  /** Folders of the layer that is laid, while it removes: links in their places are no way on. */
  private final Set<String> brought = new HashSet<>();

  private int number;

  /** What is at a path; paths of one file share the inode. */
  private record Placed(LayerEntry entry, int layer, boolean implied, Inode inode) {}

  /** A file apart from its names. */
  private static final class Inode {
    private int names;
  }

  /** Lays a layer on top. What it says is gone is gone before it brings anything. */
  void lay(LayerIndex layer) throws IOException {
    number++;
    long bytes = 0;
    layer.entries().stream()
        .filter(entry -> entry.kind() == EntryKind.DIRECTORY)
        .forEach(entry -> brought.add(entry.path()));
    for (LayerEntry entry : layer.entries()) {
      switch (entry.kind()) {
        case WHITEOUT -> remove(resolved(entry.path()));
        case OPAQUE -> removeBelow(followed(entry.path()));
        default -> {}
      }
    }
    brought.clear();
    for (LayerEntry entry : layer.entries()) {
      switch (entry.kind()) {
        case WHITEOUT, OPAQUE -> {}
        case HARD_LINK -> link(entry);
        default -> {
          put(entry);
          bytes += entry.size();
        }
      }
    }
    effects.add(new LayerEffect(changes(), bytes));
    touched = new HashMap<>(); // a cleared table would keep its size
  }

  private void put(LayerEntry entry) throws IOException {
    String path = resolved(entry.path());
    makeParents(path);
    place(path, new Placed(entry, number, false, new Inode()));
  }

  private void link(LayerEntry entry) throws IOException {
    String path = resolved(entry.path());
    Placed target = tree.get(resolved(entry.content()));
    if (target == null) {
      throw RegistryException.invalid(
          "layer %d links %s to %s, which is not there"
              .formatted(number, LayerPath.shown(entry.path()), LayerPath.shown(entry.content())));
    }
    makeParents(path);
    Placed there = tree.get(path);
    if (there == null || there.inode() != target.inode()) {
      place(path, target);
    }
  }

  private void place(String path, Placed placed) {
    Placed before = tree.get(path);
    boolean folderStays =
        before != null
            && before.entry().kind() == EntryKind.DIRECTORY
            && placed.entry().kind() == EntryKind.DIRECTORY;
    if (before != null && !folderStays) {
      remove(path);
    }
    touch(path);
    placed.inode().names++;
    tree.put(path, placed);
  }

  private void remove(String path) {
    removeBelow(path);
    touch(path);
    Placed gone = tree.remove(path);
    if (gone != null) {
      forget(path, gone);
    }
  }

  private void removeBelow(String directory) {
    NavigableMap<String, Placed> below = below(directory);
    for (Map.Entry<String, Placed> gone : below.entrySet()) {
      touch(gone.getKey());
      forget(gone.getKey(), gone.getValue());
    }
    below.clear();
  }

  private NavigableMap<String, Placed> below(String directory) {
    return directory.isEmpty()
        ? tree.tailMap("", false)
        : tree.subMap(directory + "/", true, directory + "0", false);
  }

  private void forget(String path, Placed gone) {
    gone.inode().names--;
    if (gone.inode().names == 0 && gone.entry().size() > 0) {
      wasted.add(new WastedFile(path, gone.entry().size(), gone.layer(), number));
    }
  }

  private void touch(String path) {
    touched.computeIfAbsent(path, same -> Optional.ofNullable(tree.get(same)));
  }

  private void makeParents(String path) {
    String parent = LayerPath.parent(path);
    if (path.isEmpty() || parent.isEmpty()) {
      return;
    }
    Placed there = tree.get(parent);
    if (there == null || there.entry().kind() != EntryKind.DIRECTORY) {
      makeParents(parent);
      place(parent, new Placed(LayerEntry.impliedDirectory(parent), number, true, new Inode()));
    }
  }

  /** A path with the links among its directories followed, as far as they lead somewhere. */
  private String resolved(String path) throws IOException {
    String parent = LayerPath.parent(path);
    if (parent.isEmpty()) {
      return path;
    }
    String real = followed(parent);
    return real.equals(parent) ? path : LayerPath.join(real, LayerPath.name(path));
  }

  private String followed(String directory) throws IOException {
    String at = "";
    List<String> left = new ArrayList<>(List.of(directory.split("/", -1)));
    int links = 0;
    while (!left.isEmpty()) {
      String name = left.removeFirst();
      if (name.equals("..")) {
        at = LayerPath.parent(at);
        continue;
      }
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      String next = LayerPath.join(at, name);
      Placed placed = tree.get(next);
      if (placed == null || placed.entry().kind() != EntryKind.SYMLINK || brought.contains(next)) {
        at = next;
        continue;
      }
      if (++links > MAX_LINKS) {
        throw RegistryException.invalid(
            "layer " + number + ": too many links on the way to " + LayerPath.shown(directory));
      }
      String target = placed.entry().content();
      at = target.startsWith("/") ? "" : at;
      left.addAll(0, List.of(target.split("/", -1)));
    }
    return at;
  }

  private SortedMap<String, Effect> changes() {
    SortedMap<String, Effect> changes = new TreeMap<>();
    touched.forEach((path, before) -> {
      Placed after = tree.get(path);
      if (before.isEmpty() && after != null) {
        changes.put(path, Effect.ADDED);
      } else if (before.isPresent() && after == null) {
        changes.put(path, Effect.REMOVED);
      } else if (before.isPresent()
          && after != null
          && !before.get().entry().sameButForFolderTime(after.entry())) {
        changes.put(path, Effect.CHANGED);
      }
    });
    return changes;
  }

  /** What all layers made together; nothing can be laid on top afterwards. */
  FlatImage result() {
    Map<Inode, List<String>> names = new HashMap<>(); // inodes are equal to themselves alone
    tree.forEach((path, placed) -> {
      if (placed.inode().names > 1) {
        names.computeIfAbsent(placed.inode(), _ -> new ArrayList<>()).add(path);
      }
    });
    names.replaceAll((_, paths) -> List.copyOf(paths));
    TreeMap<String, FlatEntry> entries = new TreeMap<>();
    for (Map.Entry<String, Placed> next = tree.pollFirstEntry();
        next != null;
        next = tree.pollFirstEntry()) {
      Placed placed = next.getValue();
      List<String> links = names.getOrDefault(placed.inode(), List.of());
      entries.put(
          next.getKey(), new FlatEntry(placed.entry(), placed.layer(), placed.implied(), links));
    }
    return new FlatImage(entries, effects, wasted);
  }
}
