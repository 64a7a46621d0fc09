package dev.janiko.builder.rootfs;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.FileType;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.tar.EntryType;
import dev.janiko.builder.tar.TarEntry;
import dev.janiko.builder.tar.TarException;
import dev.janiko.builder.tar.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Unpacks a layer's archive into a directory.
 *
 * <p>The archive is hostile until proven otherwise. Its paths are resolved inside the directory as
 * a process with that root would resolve them (a layer may write through {@code var/run -> /run}),
 * and never outside it. Refused with an error are: names that climb out with {@code ..}, entries
 * below something that is no directory, anything but a directory as the root, hard links to what is
 * not there, whiteouts without a name, and archives above the limits. Link targets are kept to the
 * byte, wherever they point.
 *
 * <p>Owners, modes, extended attributes and times to the nanosecond are set on everything; being
 * refused an owner is an error. Directories get their times last.
 */
public final class Unpacker {
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  /** What aufs keeps for itself in layers of old Docker versions. */
  private static final String AUFS = ".wh..wh.";

  private final LayerTree tree;
  private final TarReader tar;
  private final EntryWriter writer;
  private final UnpackOptions options;
  private long entries;
  private long bytes;
  private long whiteouts;
  private long excluded;
  private long excludedFiles;

  private Unpacker(LayerTree tree, TarReader tar, UnpackOptions options) throws IOException {
    this.tree = tree;
    this.tar = tar;
    this.writer = new EntryWriter(tree, tar);
    this.options = options;
  }

  /**
   * Unpacks an archive.
   *
   * @param archive uncompressed; read up to its end mark, not closed
   * @param directory what the root of the archive is; with an overlay style, empty
   * @throws TarException if the archive is broken, hostile or above the limits
   * @throws IOException if reading or writing fails; what was written so far stays
   */
  public static UnpackStatistics unpack(InputStream archive, Path directory, UnpackOptions options)
      throws IOException {
    requireNonNull(archive, "archive is null");
    requireNonNull(options, "options is null");
    return unpack(archive, LayerTree.open(directory, options), options);
  }

  /**
   * The same into a root that is open.
   *
   * @param root closed by this
   */
  public static UnpackStatistics unpack(InputStream archive, RootFs root, UnpackOptions options)
      throws IOException {
    requireNonNull(archive, "archive is null");
    requireNonNull(options, "options is null");
    return unpack(archive, LayerTree.open(root, options), options);
  }

  private static UnpackStatistics unpack(
      InputStream archive, LayerTree opened, UnpackOptions options) throws IOException {
    try (LayerTree tree = opened) {
      Unpacker unpacker = new Unpacker(tree, new TarReader(archive), options);
      unpacker.run();
      tree.complete();
      return unpacker.statistics();
    }
  }

  private UnpackStatistics statistics() {
    return new UnpackStatistics(
        entries, bytes, whiteouts, excluded, excludedFiles, writer.lostAttributes());
  }

  private void run() throws IOException {
    for (Optional<TarEntry> next = tar.next(); next.isPresent(); next = tar.next()) {
      TarEntry entry = options.adapt().apply(next.get());
      entries++;
      bytes += entry.size();
      if (entries > options.maxEntries()) {
        throw new TarException("the layer has more than " + options.maxEntries() + " entries");
      }
      if (entry.size() > options.maxBytes() || bytes > options.maxBytes()) {
        throw new TarException(
            "the layer is over the limit of " + options.maxBytes() + " bytes unpacked");
      }
      unpack(entry);
    }
  }

  private void unpack(TarEntry entry) throws IOException {
    String path = inside(entry.name(), entry.name());
    String name = RootPath.name(path);
    if (path.isEmpty()) {
      if (entry.type() != EntryType.DIRECTORY) {
        throw new TarException("the root of the layer is no directory but a " + entry.type());
      }
    } else if (isMarker(path)) {
      marker(path, name, entry);
      return;
    } else if (isNodeWhiteout(entry)) {
      whiteouts++;
      tree.whiteOut(path);
      return;
    }
    try {
      String place = tree.locate(path).path();
      if (tree.isExcluded(place)) {
        leftOut(entry);
        return;
      }
      tree.wrote(place);
      make(place, entry);
    } catch (LayerTree.ExcludedException below) {
      leftOut(entry);
    }
  }

  private void leftOut(TarEntry entry) {
    excluded++;
    if (entry.type() != EntryType.DIRECTORY) {
      excludedFiles++;
    }
  }

  private boolean isMarker(String path) {
    return options.whiteouts() != WhiteoutStyle.NONE
        && (path.startsWith(WHITEOUT) || path.contains("/" + WHITEOUT));
  }

  /** A device 0:0 would be a whiteout to overlayfs, and so it is in images made from its files. */
  private boolean isNodeWhiteout(TarEntry entry) {
    return options.whiteouts().isOverlay()
        && entry.type() == EntryType.CHARACTER_DEVICE
        && entry.devMajor() == 0
        && entry.devMinor() == 0;
  }

  private static String inside(String raw, String entry) throws TarException {
    String path = RootPath.clean(raw);
    if (path == null) {
      throw new TarException(
          "the layer's entry "
              + UnixPath.ofRaw(entry)
              + " leads out of the root: "
              + UnixPath.ofRaw(raw));
    }
    return path;
  }

  private void marker(String path, String name, TarEntry entry) throws IOException {
    if (path.startsWith(AUFS) && !name.equals(OPAQUE)) {
      return;
    }
    String parent = RootPath.parent(path);
    if (parent.startsWith(WHITEOUT) || parent.contains("/" + WHITEOUT)) {
      throw new TarException(
          "the layer's entry " + UnixPath.ofRaw(entry.name()) + " is below a whiteout");
    }
    whiteouts++;
    if (name.equals(OPAQUE)) {
      tree.makeOpaque(parent);
      return;
    }
    String gone = name.substring(WHITEOUT.length());
    if (gone.startsWith(WHITEOUT)) {
      return;
    }
    if (gone.isEmpty() || gone.equals(".") || gone.equals("..")) {
      throw new TarException(
          "the layer's whiteout " + UnixPath.ofRaw(entry.name()) + " names nothing");
    }
    tree.whiteOut(RootPath.join(parent, gone));
  }

  private void make(String path, TarEntry entry) throws IOException {
    switch (entry.type()) {
      case REGULAR -> writer.file(path, entry);
      case DIRECTORY -> writer.directory(path, entry);
      case SYMLINK -> writer.symlink(path, entry);
      case HARD_LINK -> writer.hardLink(path, inside(entry.linkName(), entry.name()));
      case FIFO -> writer.node(path, entry, FileType.FIFO);
      case CHARACTER_DEVICE -> writer.node(path, entry, FileType.CHARACTER_DEVICE);
      case BLOCK_DEVICE -> writer.node(path, entry, FileType.BLOCK_DEVICE);
    }
  }
}
