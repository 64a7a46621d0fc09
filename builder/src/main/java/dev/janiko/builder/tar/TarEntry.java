package dev.janiko.builder.tar;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Timestamp;
import java.util.Map;

/**
 * One entry of an archive, without its content.
 *
 * @param name the path as it stands in the archive, raw bytes one per char, never empty
 * @param type what it makes
 * @param mode permission bits with setuid, setgid and sticky
 * @param uid owner
 * @param gid group
 * @param size bytes of content of a regular file with its holes, 0 for all else
 * @param mtime time of the last change
 * @param linkName target of a symbolic or hard link, raw; else empty
 * @param devMajor of a device node
 * @param devMinor of a device node
 * @param xattrs extended attributes by name; the values are not to be changed
 */
public record TarEntry(
    String name,
    EntryType type,
    int mode,
    long uid,
    long gid,
    long size,
    Timestamp mtime,
    String linkName,
    int devMajor,
    int devMinor,
    Map<String, byte[]> xattrs) {

  /** Refuses what no archive can hold. */
  public TarEntry {
    requireNonNull(type, "type is null");
    requireNonNull(mtime, "mtime is null");
    requireNonNull(linkName, "linkName is null");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("name is empty");
    }
    if (size < 0 || (size > 0 && type != EntryType.REGULAR)) {
      throw new IllegalArgumentException("size is " + size + " for " + type);
    }
    xattrs = Map.copyOf(xattrs);
  }

  /** A regular file 0644 of root at the epoch: a start for {@code with...} calls. */
  public static TarEntry file(String name, long size) {
    return of(name, EntryType.REGULAR, 0644).withSize(size);
  }

  /** A directory 0755 of root at the epoch. */
  public static TarEntry directory(String name) {
    return of(name, EntryType.DIRECTORY, 0755);
  }

  /** A symbolic link. */
  public static TarEntry symlink(String name, String target) {
    return of(name, EntryType.SYMLINK, 0777).withLinkName(target);
  }

  /** A further name for what an earlier entry made. */
  public static TarEntry hardLink(String name, String target) {
    return of(name, EntryType.HARD_LINK, 0644).withLinkName(target);
  }

  /** An entry of root at the epoch. */
  public static TarEntry of(String name, EntryType type, int mode) {
    return new TarEntry(name, type, mode, 0, 0, 0, Timestamp.EPOCH, "", 0, 0, Map.of());
  }

  private TarEntry withSize(long newSize) {
    return new TarEntry(
        name, type, mode, uid, gid, newSize, mtime, linkName, devMajor, devMinor, xattrs);
  }

  /** The same with a link target. */
  public TarEntry withLinkName(String target) {
    return new TarEntry(
        name, type, mode, uid, gid, size, mtime, target, devMajor, devMinor, xattrs);
  }

  /** The same with other permission bits. */
  public TarEntry withMode(int newMode) {
    return new TarEntry(
        name, type, newMode, uid, gid, size, mtime, linkName, devMajor, devMinor, xattrs);
  }

  /** The same with another owner. */
  public TarEntry withOwner(long newUid, long newGid) {
    return new TarEntry(
        name, type, mode, newUid, newGid, size, mtime, linkName, devMajor, devMinor, xattrs);
  }

  /** The same with another time. */
  public TarEntry withModified(Timestamp newMtime) {
    return new TarEntry(
        name, type, mode, uid, gid, size, newMtime, linkName, devMajor, devMinor, xattrs);
  }

  /** The same as another device. */
  public TarEntry withDevice(int major, int minor) {
    return new TarEntry(name, type, mode, uid, gid, size, mtime, linkName, major, minor, xattrs);
  }

  /** The same with extended attributes. */
  public TarEntry withXattrs(Map<String, byte[]> newXattrs) {
    return new TarEntry(
        name, type, mode, uid, gid, size, mtime, linkName, devMajor, devMinor, newXattrs);
  }
}
