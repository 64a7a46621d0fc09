package dev.janiko.builder.compare;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Timestamp;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * One entry of a layer without its content, of which only the digest is kept.
 *
 * @param path without a slash at its beginning or end, raw bytes one per char; empty for the root
 * @param kind what it is
 * @param mode permission bits with setuid, setgid and sticky
 * @param uid owner
 * @param gid group
 * @param size bytes of content of a file
 * @param mtime time of the last change
 * @param content a file's SHA-256 in hex, a link's raw target, a device's {@code major:minor}, or
 *     empty
 * @param xattrs extended attributes, values in hex
 */
public record LayerEntry(
    String path,
    EntryKind kind,
    int mode,
    long uid,
    long gid,
    long size,
    Timestamp mtime,
    String content,
    Map<String, String> xattrs) {
  /** Keeps its own copy of the attributes. */
  public LayerEntry {
    requireNonNull(path, "path is null");
    requireNonNull(kind, "kind is null");
    requireNonNull(mtime, "mtime is null");
    requireNonNull(content, "content is null");
    xattrs = xattrs.isEmpty() ? Map.of() : Collections.unmodifiableSortedMap(new TreeMap<>(xattrs));
  }

  /** The directory that is made when an entry's own is missing. */
  static LayerEntry impliedDirectory(String path) {
    return new LayerEntry(path, EntryKind.DIRECTORY, 0755, 0, 0, 0, Timestamp.EPOCH, "", Map.of());
  }

  /** Whether nothing but the time of a directory differs, which any change below it moves. */
  boolean sameButForFolderTime(LayerEntry other) {
    return kind == other.kind
        && mode == other.mode
        && uid == other.uid
        && gid == other.gid
        && size == other.size
        && content.equals(other.content)
        && xattrs.equals(other.xattrs)
        && (kind == EntryKind.DIRECTORY || mtime.equals(other.mtime));
  }
}
