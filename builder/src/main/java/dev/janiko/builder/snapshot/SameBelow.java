package dev.janiko.builder.snapshot;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.FileType;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.rootfs.LowerLayers;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * Tells what an upper directory holds just as the layers below it do: directories copied up for
 * what was done to their content, files that a step wrote again without a difference.
 */
final class SameBelow {
  private static final String CAPABILITY = "security.capability";
  private static final int BUFFER = 1 << 16;

  private final LowerLayers lowers;

  SameBelow(LowerLayers lowers) {
    this.lowers = lowers;
  }

  /** Whether there is a directory like this one, content aside. */
  boolean hasDirectory(String path, Stat now) throws IOException {
    Optional<LowerLayers.Found> below = lowers.find(path);
    return below.isPresent() && describedAlike(below.get().stat(), now);
  }

  /** Whether there is a file or a symbolic link like this one; contents are compared. */
  boolean has(Dir parent, String name, String path, Stat now) throws IOException {
    // One of several names of a file: the others may need it in the same layer.
    boolean comparable = now.type() == FileType.REGULAR || now.type() == FileType.SYMLINK;
    if (now.links() > 1 || !comparable) {
      return false;
    }
    Optional<LowerLayers.Found> below = lowers.find(path);
    if (below.isEmpty()
        || !describedAlike(below.get().stat(), now)
        || below.get().stat().size() != now.size()) {
      return false;
    }
    Dir other = below.get().parent();
    if (now.type() == FileType.SYMLINK) {
      return parent.readLink(name).equals(other.readLink(below.get().name()));
    }
    try (OpenFile file = parent.openFile(name);
        OpenFile lower = other.openFile(below.get().name())) {
      return Objects.equals(capability(file), capability(lower)) && sameContent(file, lower);
    }
  }

  private static boolean describedAlike(Stat below, Stat now) {
    return below.type() == now.type()
        && below.mode() == now.mode()
        && below.uid() == now.uid()
        && below.gid() == now.gid()
        && below.mtime().equals(now.mtime());
  }

  private static Optional<String> capability(OpenFile file) throws IOException {
    return file.xattr(CAPABILITY).map(Arrays::toString);
  }

  private static boolean sameContent(OpenFile one, OpenFile other) throws IOException {
    byte[] first = new byte[BUFFER];
    byte[] second = new byte[BUFFER];
    while (true) {
      int count = fill(one, first);
      if (count != fill(other, second) || !Arrays.equals(first, 0, count, second, 0, count)) {
        return false;
      }
      if (count < BUFFER) {
        return true;
      }
    }
  }

  private static int fill(OpenFile file, byte[] buffer) throws IOException {
    int length = 0;
    while (length < buffer.length) {
      int count = file.read(buffer, length, buffer.length - length);
      if (count <= 0) {
        break;
      }
      length += count;
    }
    return length;
  }
}
