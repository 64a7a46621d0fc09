package dev.janiko.builder.snapshot;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.FileType;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.LowerLayers;
import dev.janiko.builder.rootfs.WhiteoutStyle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Reads the upper directory of an overlay as changes: what it holds is what changed since the
 * mount. What was only copied up there, or made anew just as it was, is no change if the lower
 * directories are given, as BuildKit has it.
 *
 * <p>The overlay must have been mounted without {@code redirect_dir} and {@code metacopy}, which
 * put references instead of contents there. Costs what the change costs, whatever is below.
 */
public final class OverlayUpper {
  private static final List<String> OPAQUE =
      List.of("trusted.overlay.opaque", "user.overlay.opaque");
  private static final byte[] YES = {'y'};

  private final LowerLayers lowers;
  private final SameBelow below;
  private final boolean explicit;
  private final Predicate<UnixPath> excluded;
  private final ChangeCollector changes = new ChangeCollector();

  private OverlayUpper(LowerLayers lowers, boolean explicit, Predicate<UnixPath> excluded) {
    this.lowers = lowers;
    this.below = new SameBelow(lowers);
    this.explicit = explicit;
    this.excluded = excluded;
  }

  /** All changes in an upper directory; directories made anew are marked opaque. */
  public static Changes changes(Path upper) throws IOException {
    return changes(upper, path -> false);
  }

  /**
   * The changes in an upper directory; directories made anew are marked opaque.
   *
   * @param upper not written to meanwhile
   * @param excluded paths from the root that are left out with all below them
   */
  public static Changes changes(Path upper, Predicate<UnixPath> excluded) throws IOException {
    return read(upper, List.of(), excluded);
  }

  /**
   * The changes in an upper directory; for directories made anew, what vanished is named one by
   * one, as BuildKit does and the OCI image specification advises. A directory that looks as it
   * does in the lower ones is a change only if something in it is.
   *
   * @param upper not written to meanwhile
   * @param lowers the lower directories of the overlay, topmost first
   * @param excluded paths from the root that are left out with all below them
   */
  public static Changes changes(Path upper, List<Path> lowers, Predicate<UnixPath> excluded)
      throws IOException {
    return read(upper, lowers, excluded);
  }

  private static Changes read(Path upper, List<Path> lowers, Predicate<UnixPath> excluded)
      throws IOException {
    try (LowerLayers layers = LowerLayers.open(lowers, WhiteoutStyle.ofThisPlace());
        Dir root = Dir.open(upper)) {
      OverlayUpper reader = new OverlayUpper(layers, !lowers.isEmpty(), excluded);
      reader.changes.enter("", root.stat());
      reader.read(root, "", false);
      return reader.changes.finish();
    }
  }

  /** Reads a directory; what lower layers have in it may be hidden by it or one above it. */
  private void read(Dir dir, String path, boolean hiddenAbove) throws IOException {
    boolean opaque = isOpaque(dir);
    if (opaque && !explicit) {
      changes.opaque(path);
    }
    boolean hides = hiddenAbove || opaque;
    SortedMap<String, Optional<Stat>> names = new TreeMap<>();
    if (hides && explicit) {
      lowers.names(UnixPath.ofRaw(path)).forEach(name -> names.put(name, Optional.empty()));
    }
    dir.entries().forEach(entry -> names.put(entry.name(), Optional.of(entry.stat())));
    for (Map.Entry<String, Optional<Stat>> entry : names.entrySet()) {
      String child = path.isEmpty() ? entry.getKey() : path + "/" + entry.getKey();
      Optional<Stat> stat = entry.getValue();
      if (excluded.test(UnixPath.ofRaw(child))) {
        continue;
      }
      if (stat.isEmpty() || stat.get().isOverlayWhiteout()) {
        changes.whiteout(child);
      } else if (stat.get().isDirectory()) {
        changes.enter(child, stat.get());
        if (!below.hasDirectory(child, stat.get())) {
          changes.changed();
        }
        try (Dir inner = dir.openDir(entry.getKey())) {
          read(inner, child, hides);
        }
        changes.leave();
      } else if (stat.get().type() != FileType.SOCKET
          && !below.has(dir, entry.getKey(), child, stat.get())) {
        changes.entry(child, stat.get());
      }
    }
  }

  private static boolean isOpaque(Dir dir) throws IOException {
    for (String attribute : OPAQUE) {
      if (dir.xattr(attribute).filter(value -> Arrays.equals(value, YES)).isPresent()) {
        return true;
      }
    }
    return false;
  }
}
