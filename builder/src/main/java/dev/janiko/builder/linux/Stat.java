package dev.janiko.builder.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What statx(2) says about an inode.
 *
 * @param type what it is
 * @param mode the permission bits with setuid, setgid and sticky (07777)
 * @param uid the owner, 0 to 2^32-1
 * @param gid the group, 0 to 2^32-1
 * @param size bytes of content; of a link, of its target
 * @param device the file system it is on: major in the upper, minor in the lower 32 bits
 * @param inode its number there
 * @param links how many names it has
 * @param mtime when the content changed last
 * @param ctime when anything of it changed last; only the kernel sets it
 * @param rdev of a device node, which device: major in the upper, minor in the lower 32 bits
 */
public record Stat(
    FileType type,
    int mode,
    long uid,
    long gid,
    long size,
    long device,
    long inode,
    int links,
    Timestamp mtime,
    Timestamp ctime,
    long rdev) {

  /**
   * The mask of statx(2) that asks for what is here (STATX_BASIC_STATS), and when the inode was
   * made (STATX_BTIME).
   */
  static final int MASK = 0xfff;

  /** Where fields of a struct statx are, in words of eight bytes. */
  private static final int LINKS_UID = 2;

  private static final int GID_MODE = 3;
  private static final int INODE = 4;
  private static final int SIZE = 5;
  private static final int CTIME = 12;
  private static final int MTIME = 14;
  private static final int RDEV = 16;
  private static final int DEVICE = 17;
  private static final int WORDS = 18;
  private static final int PERMISSIONS = 07777;
  private static final long UNSIGNED = 0xffffffffL;

  /**
   * Reads a struct statx of a little-endian machine, as all are that we run on. One copy of it is
   * faster than a look at each field while a program is young.
   */
  static Stat of(MemorySegment struct) {
    long[] words = new long[WORDS];
    MemorySegment.copy(struct, ValueLayout.JAVA_LONG, 0, words, 0, WORDS);
    int mode = (int) (words[GID_MODE] >>> 32) & 0xffff;
    return new Stat(
        FileType.ofMode(mode),
        mode & PERMISSIONS,
        words[LINKS_UID] >>> 32,
        words[GID_MODE] & UNSIGNED,
        words[SIZE],
        Long.rotateLeft(words[DEVICE], 32),
        words[INODE],
        (int) words[LINKS_UID],
        new Timestamp(words[MTIME], (int) words[MTIME + 1]),
        new Timestamp(words[CTIME], (int) words[CTIME + 1]),
        Long.rotateLeft(words[RDEV], 32));
  }

  /**
   * What tells an inode apart while it exists.
   *
   * @param device the file system it is on
   * @param inode its number there
   */
  public record Identity(long device, long inode) {}

  /** Which inode it is. */
  public Identity identity() {
    return new Identity(device, inode);
  }

  /** The same of another owner. */
  Stat withOwner(long newUid, long newGid) {
    return new Stat(type, mode, newUid, newGid, size, device, inode, links, mtime, ctime, rdev);
  }

  /** The same with other permission bits. */
  Stat withMode(int newMode) {
    return new Stat(type, newMode, uid, gid, size, device, inode, links, mtime, ctime, rdev);
  }

  /** The same with another time of change. */
  Stat withModified(Timestamp newMtime) {
    return new Stat(type, mode, uid, gid, size, device, inode, links, newMtime, ctime, rdev);
  }

  /** The same as a device. */
  Stat asDevice(FileType newType, long number) {
    return new Stat(newType, mode, uid, gid, 0, device, inode, links, mtime, ctime, number);
  }

  /** Whether it is a directory. */
  public boolean isDirectory() {
    return type == FileType.DIRECTORY;
  }

  /** Whether it is a regular file. */
  public boolean isRegular() {
    return type == FileType.REGULAR;
  }

  /** Whether it is a symbolic link. */
  public boolean isSymlink() {
    return type == FileType.SYMLINK;
  }

  /** Whether it is overlayfs' sign for "nothing here": a character device 0:0. */
  public boolean isOverlayWhiteout() {
    return type == FileType.CHARACTER_DEVICE && rdev == 0;
  }

  /** Of a device node, the driver's number. */
  public int rdevMajor() {
    return (int) (rdev >> 32);
  }

  /** Of a device node, the number within the driver. */
  public int rdevMinor() {
    return (int) rdev;
  }
}
