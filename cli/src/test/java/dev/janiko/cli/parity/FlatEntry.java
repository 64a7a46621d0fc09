package dev.janiko.cli.parity;

import java.util.Map;
import java.util.SortedSet;

/**
 * One path of an image's file system after all layers were laid over each other.
 *
 * @param type what it is: {@code file}, {@code dir}, {@code symlink}, {@code fifo}, {@code char
 *     1:3}, {@code block 8:0}
 * @param mode its permission bits, octal
 * @param owner {@code uid:gid}
 * @param content the digest of a file's content, or a symlink's target
 * @param links the other paths that are the same file
 * @param xattrs its extended attributes
 * @param seconds when it was last changed, in seconds since 1970
 */
record FlatEntry(
    String type,
    String mode,
    String owner,
    String content,
    SortedSet<String> links,
    Map<String, String> xattrs,
    long seconds) {

  /** This entry without its time, for comparing what was made while building. */
  FlatEntry timeless() {
    return new FlatEntry(type, mode, owner, content, links, xattrs, 0);
  }
}
