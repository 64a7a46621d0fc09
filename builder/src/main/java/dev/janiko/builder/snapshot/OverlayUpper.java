package dev.janiko.builder.snapshot;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.DirEntry;
import dev.janiko.builder.linux.FileType;
import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Reads the upper directory of an overlay as changes: what it holds is what changed since the
 * mount.
 *
 * <p>The overlay must have been mounted without {@code redirect_dir} and {@code metacopy}, which
 * put references instead of contents there. Costs what the change costs, whatever is below.
 */
public final class OverlayUpper {
  private static final List<String> OPAQUE =
      List.of("trusted.overlay.opaque", "user.overlay.opaque");
  private static final byte[] YES = {'y'};

  private final Predicate<UnixPath> excluded;
  private final ChangeCollector changes = new ChangeCollector();

  private OverlayUpper(Predicate<UnixPath> excluded) {
    this.excluded = excluded;
  }

  /** All changes in an upper directory. */
  public static Changes changes(Path upper) throws IOException {
    return changes(upper, path -> false);
  }

  /**
   * The changes in an upper directory.
   *
   * @param upper not written to meanwhile
   * @param excluded paths from the root that are left out with all below them
   */
  public static Changes changes(Path upper, Predicate<UnixPath> excluded) throws IOException {
    OverlayUpper reader = new OverlayUpper(excluded);
    try (Dir root = Dir.open(upper)) {
      reader.changes.enter("", root.stat());
      reader.read(root, "");
    }
    return reader.changes.finish();
  }

  private void read(Dir dir, String path) throws IOException {
    if (isOpaque(dir)) {
      changes.opaque(path);
    }
    List<DirEntry> entries = dir.entries();
    entries.sort(Comparator.comparing(DirEntry::name));
    for (DirEntry entry : entries) {
      String child = path.isEmpty() ? entry.name() : path + "/" + entry.name();
      if (entry.stat().type() == FileType.SOCKET || excluded.test(UnixPath.ofRaw(child))) {
        continue;
      }
      if (entry.stat().isOverlayWhiteout()) {
        changes.whiteout(child);
      } else if (entry.stat().isDirectory()) {
        changes.enter(child, entry.stat());
        changes.changed();
        try (Dir below = dir.openDir(entry.name())) {
          read(below, child);
        }
        changes.leave();
      } else {
        changes.entry(child, entry.stat());
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
