package dev.janiko.builder.rootfs;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.DirEntry;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Layers that are unpacked in directories of their own, looked into as overlayfs would merge them.
 * Used by one thread.
 */
public final class LowerLayers implements AutoCloseable {
  private static final int MAX_HANDLES = 64;
  private static final byte[] YES = {'y'};

  private final List<Layer> layers = new ArrayList<>();
  private final String opaqueAttribute;

  private LowerLayers(String opaqueAttribute) {
    this.opaqueAttribute = opaqueAttribute;
  }

  static LowerLayers open(UnpackOptions options) throws IOException {
    return open(options.lowers(), options.whiteouts());
  }

  /**
   * Opens layers.
   *
   * @param paths their directories, topmost first
   * @param style an overlay style, the one they were unpacked in
   */
  public static LowerLayers open(List<Path> paths, WhiteoutStyle style) throws IOException {
    LowerLayers lowers = new LowerLayers(style.opaqueAttribute());
    try {
      for (Path path : paths) {
        lowers.add(Dir.open(path));
      }
      return lowers;
    } catch (IOException failure) {
      lowers.close();
      throw failure;
    }
  }

  private void add(Dir root) {
    layers.add(new Layer(root));
  }

  boolean isEmpty() {
    return layers.isEmpty();
  }

  /**
   * What the merged layers have at a place, from the topmost that has it.
   *
   * @param parent the directory it is in, open until the next call; of the root, the root
   * @param name empty for the root
   * @param stat what it is
   */
  public record Found(Dir parent, String name, Stat stat) {
    Map<String, byte[]> xattrs() throws IOException {
      return name.isEmpty() ? parent.xattrs() : parent.xattrs(name);
    }
  }

  /** Looks up a path without links: raw names with slashes between. */
  public Optional<Found> find(String path) throws IOException {
    if (path.isEmpty()) {
      return isEmpty()
          ? Optional.empty()
          : Optional.of(new Found(layers.getFirst().root, "", layers.getFirst().root.stat()));
    }
    for (Layer layer : layers) {
      Directory parent = layer.directory(RootPath.parent(path));
      if (parent.dir.isPresent()) {
        Dir dir = parent.dir.get();
        Optional<Stat> stat = dir.find(RootPath.name(path));
        if (stat.isPresent()) {
          return stat.filter(found -> !found.isOverlayWhiteout())
              .map(found -> new Found(dir, RootPath.name(path), found));
        }
      }
      if (parent.hidesBelow) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** The raw names in a merged directory, sorted; none if there is no directory. */
  public SortedSet<String> names(UnixPath directory) throws IOException {
    SortedSet<String> names = new TreeSet<>();
    Set<String> gone = new HashSet<>();
    for (Layer layer : layers) {
      Directory found = layer.directory(String.join("/", directory.rawNames()));
      if (found.dir.isPresent()) {
        for (DirEntry entry : found.dir.get().entries()) {
          if (entry.stat().isOverlayWhiteout() && !names.contains(entry.name())) {
            gone.add(entry.name());
          } else if (!gone.contains(entry.name())) {
            names.add(entry.name());
          }
        }
      }
      if (found.hidesBelow) {
        break;
      }
    }
    return names;
  }

  /**
   * A directory of one layer.
   *
   * @param dir empty if the layer has none there
   * @param hidesBelow whether layers further down have no say here
   */
  private record Directory(Optional<Dir> dir, boolean hidesBelow) {}

  private final class Layer {
    private final Dir root;
    private final Map<String, Directory> known = new HashMap<>();

    private Layer(Dir root) {
      this.root = root;
    }

    private Directory directory(String path) throws IOException {
      if (known.size() > MAX_HANDLES) {
        forget();
      }
      return lookUp(path);
    }

    private Directory lookUp(String path) throws IOException {
      if (path.isEmpty()) {
        return new Directory(Optional.of(root), false);
      }
      Directory before = known.get(path);
      if (before != null) {
        return before;
      }
      Directory parent = lookUp(RootPath.parent(path));
      Directory found =
          parent.dir.isEmpty()
              ? parent
              : enter(parent.dir.get(), RootPath.name(path), parent.hidesBelow);
      known.put(path, found);
      return found;
    }

    private Directory enter(Dir parent, String name, boolean hidden) throws IOException {
      Optional<Dir> dir = parent.findDir(name);
      if (dir.isEmpty()) {
        return new Directory(dir, hidden || parent.find(name).isPresent());
      }
      boolean opaque =
          dir.get().xattr(opaqueAttribute).filter(v -> Arrays.equals(v, YES)).isPresent();
      return new Directory(dir, hidden || opaque);
    }

    private void forget() {
      known.values().forEach(directory -> directory.dir.ifPresent(Dir::close));
      known.clear();
    }
  }

  /** Closes all that is open. */
  @Override
  public void close() {
    for (Layer layer : layers) {
      layer.forget();
      layer.root.close();
    }
  }
}
