package dev.janiko.builder.compare;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.layer.LayerContent;
import dev.janiko.builder.layer.LayerStream;
import dev.janiko.builder.tar.EntryType;
import dev.janiko.builder.tar.TarEntry;
import dev.janiko.builder.tar.TarReader;
import dev.janiko.registry.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a layer says, in the order it says it.
 *
 * @param diffId the digest of the layer's archive, uncompressed
 * @param size the archive's bytes
 * @param entries its entries
 */
public record LayerIndex(Digest diffId, long size, List<LayerEntry> entries) {
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";
  private static final String AUFS = ".wh..wh.";
  private static final long MAX_BYTES = 1L << 40;
  private static final long MAX_FILE = 1L << 38;
  private static final int MAX_ENTRIES = 4_000_000;
  private static final int BUFFER = 128 << 10;
  private static final String EMPTY = Digest.sha256Of(new byte[0]).hex();

  /** Keeps its own copy of the list. */
  public LayerIndex {
    requireNonNull(diffId, "diffId is null");
    entries = List.copyOf(entries);
  }

  /**
   * Reads a layer to its end; memory depends on the number of its entries, not on its size.
   *
   * @param blob the layer, compressed or not; closed
   * @throws IOException if it cannot be read or is no layer
   */
  public static LayerIndex read(InputStream blob) throws IOException {
    try (LayerStream in = LayerStream.open(blob, MAX_BYTES)) {
      TarReader tar = new TarReader(in);
      List<LayerEntry> entries = new ArrayList<>();
      byte[] buffer = new byte[BUFFER];
      for (Optional<TarEntry> next = tar.next(); next.isPresent(); next = tar.next()) {
        if (entries.size() == MAX_ENTRIES) {
          throw new IOException("a layer with more than " + MAX_ENTRIES + " entries");
        }
        entry(next.get(), tar, buffer).ifPresent(entries::add);
      }
      LayerContent content = in.finish();
      return new LayerIndex(content.diffId(), content.size(), entries);
    }
  }

  private static Optional<LayerEntry> entry(TarEntry tar, TarReader reader, byte[] buffer)
      throws IOException {
    String path = LayerPath.clean(tar.name());
    String name = LayerPath.name(path);
    if (name.equals(OPAQUE)) {
      return Optional.of(mark(LayerPath.parent(path), EntryKind.OPAQUE));
    }
    if (name.startsWith(AUFS)) {
      return Optional.empty(); // what aufs kept for itself
    }
    if (name.startsWith(WHITEOUT)) {
      String gone = name.substring(WHITEOUT.length());
      return Optional.of(mark(LayerPath.join(LayerPath.parent(path), gone), EntryKind.WHITEOUT));
    }
    return Optional.of(
        new LayerEntry(
            path,
            kind(tar.type()),
            tar.mode(),
            tar.uid(),
            tar.gid(),
            tar.size(),
            tar.mtime(),
            content(tar, reader, buffer),
            xattrs(tar)));
  }

  private static LayerEntry mark(String path, EntryKind kind) {
    LayerEntry none = LayerEntry.impliedDirectory(path);
    return new LayerEntry(path, kind, 0, 0, 0, 0, none.mtime(), "", Map.of());
  }

  private static EntryKind kind(EntryType type) {
    return switch (type) {
      case REGULAR -> EntryKind.FILE;
      case DIRECTORY -> EntryKind.DIRECTORY;
      case SYMLINK -> EntryKind.SYMLINK;
      case HARD_LINK -> EntryKind.HARD_LINK;
      case CHARACTER_DEVICE -> EntryKind.CHARACTER_DEVICE;
      case BLOCK_DEVICE -> EntryKind.BLOCK_DEVICE;
      case FIFO -> EntryKind.FIFO;
    };
  }

  private static String content(TarEntry tar, TarReader reader, byte[] buffer) throws IOException {
    return switch (tar.type()) {
      case REGULAR -> hash(tar, reader, buffer);
      case SYMLINK -> tar.linkName();
      case HARD_LINK -> LayerPath.clean(tar.linkName());
      case CHARACTER_DEVICE, BLOCK_DEVICE -> tar.devMajor() + ":" + tar.devMinor();
      case DIRECTORY, FIFO -> "";
    };
  }

  private static String hash(TarEntry tar, TarReader reader, byte[] buffer) throws IOException {
    if (tar.size() > MAX_FILE) {
      throw new IOException(
          LayerPath.readable(tar.name()) + ": a file of " + tar.size() + " bytes is too large");
    }
    MessageDigest hasher = Digest.sha256Hasher();
    for (int count = reader.read(buffer, 0, BUFFER);
        count >= 0;
        count = reader.read(buffer, 0, BUFFER)) {
      hasher.update(buffer, 0, count);
    }
    return tar.size() == 0 ? EMPTY : Digest.ofSha256(hasher).hex();
  }

  private static Map<String, String> xattrs(TarEntry tar) {
    if (tar.xattrs().isEmpty()) {
      return Map.of();
    }
    Map<String, String> xattrs = new TreeMap<>();
    tar.xattrs()
        .forEach(
            (name, value) -> xattrs.put(LayerPath.readable(name), HexFormat.of().formatHex(value)));
    return xattrs;
  }
}
