package dev.janiko.builder.rootfs;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.FileType;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.Umask;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.linux.UserIds;
import dev.janiko.builder.rootfs.RootFs.Location;
import dev.janiko.builder.tar.TarEntry;
import dev.janiko.builder.tar.TarException;
import dev.janiko.builder.tar.TarReader;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Makes what single entries of an archive say, at places inside the tree. */
final class EntryWriter {
  private static final int BUFFER_BYTES = 256 * 1024;
  private static final int OWNER_ALL = 0700;

  private final LayerTree tree;
  private final TarReader tar;
  private final int umask;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private long lostAttributes;

  EntryWriter(LayerTree tree, TarReader tar) throws IOException {
    this.tree = tree;
    this.tar = tar;
    this.umask = Umask.current();
  }

  long lostAttributes() {
    return lostAttributes;
  }

  /** Attributes that steer overlayfs itself, which no archive may set. */
  static boolean isOverlays(String attribute) {
    return attribute.startsWith("trusted.overlay.") || attribute.startsWith("user.overlay.");
  }

  /** Something that can be made at a free place. */
  private interface Make {
    void at(Location place) throws IOException;
  }

  /** Makes it, in place of what is there. */
  private Location replace(String path, Make make) throws IOException {
    Location place = tree.locate(path);
    try {
      make.at(place);
      return place;
    } catch (LinuxException taken) {
      if (!taken.errno().equals(Errno.EEXIST)) {
        throw taken;
      }
    }
    tree.clear(place);
    Location free = tree.locate(place.path());
    make.at(free);
    return free;
  }

  void file(String path, TarEntry entry) throws IOException {
    replace(path, place -> writeFile(place, entry));
  }

  private void writeFile(Location place, TarEntry entry) throws IOException {
    int mode = entry.mode() & 0777;
    try (OpenFile file = place.parent().createFile(place.name(), mode)) {
      writeContent(file, entry.size());
      file.chown(entry.uid(), entry.gid());
      if (entry.mode() != (mode & ~umask)) {
        file.chmod(entry.mode());
      }
      for (Map.Entry<String, byte[]> xattr : entry.xattrs().entrySet()) {
        if (!isOverlays(xattr.getKey())) {
          tolerate(() -> file.setXattr(xattr.getKey(), xattr.getValue()));
        }
      }
      file.setModified(entry.mtime());
    }
  }

  private void writeContent(OpenFile file, long size) throws IOException {
    long position = 0;
    boolean endsInHole = false;
    while (position < size) {
      long hole = tar.skipHole();
      position += hole;
      endsInHole = hole > 0;
      int filled = 0;
      int wanted = (int) Math.min(BUFFER_BYTES, size - position);
      // A sparse file's pieces are written one by one, so that its holes stay holes.
      while (filled < wanted && (filled == 0 || !tar.isAtHole())) {
        int count = tar.read(buffer, filled, wanted - filled);
        if (count < 0) {
          break;
        }
        filled += count;
      }
      if (filled > 0) {
        file.write(buffer, 0, filled, position);
        position += filled;
        endsInHole = false;
      } else if (hole == 0) {
        throw new TarException(file + ": less content than its size says");
      }
    }
    if (endsInHole) {
      file.truncate(size);
    }
  }

  void directory(String path, TarEntry entry) throws IOException {
    Location place = tree.locate(path);
    if (place.isRoot()) {
      describe(place.parent(), "", entry);
      return;
    }
    int first = (entry.mode() & 0777) | OWNER_ALL;
    boolean replaces = false;
    try {
      place.parent().makeDirectory(place.name(), first);
    } catch (LinuxException taken) {
      if (!taken.errno().equals(Errno.EEXIST)) {
        throw taken;
      }
      if (place.parent().find(place.name()).filter(Stat::isDirectory).isEmpty()) {
        tree.clear(place);
        place = tree.locate(place.path());
        place.parent().makeDirectory(place.name(), first);
        replaces = true;
      }
    }
    try (Dir dir = place.parent().openDir(place.name())) {
      if (replaces) {
        tree.markOpaque(dir, place.path());
      }
      describe(dir, place.path(), entry);
    }
  }

  private void describe(Dir dir, String path, TarEntry entry) throws IOException {
    dir.chown(entry.uid(), entry.gid());
    for (Map.Entry<String, byte[]> xattr : entry.xattrs().entrySet()) {
      if (!isOverlays(xattr.getKey())) {
        tolerate(() -> dir.setXattr(xattr.getKey(), xattr.getValue()));
      }
    }
    tree.finish().add(path, entry.mode(), entry.mtime());
  }

  void symlink(String path, TarEntry entry) throws IOException {
    describe(
        replace(path, place -> place.parent().makeSymlink(entry.linkName(), place.name())), entry);
  }

  void node(String path, TarEntry entry, FileType type) throws IOException {
    Dir.Node node = new Dir.Node(type, entry.mode() & 0777, entry.devMajor(), entry.devMinor());
    Location place;
    try {
      place = replace(path, free -> free.parent().makeNode(free.name(), node));
    } catch (LinuxException refused) {
      // A user namespace has no devices; what is made upon the layer seldom needs them.
      boolean device = type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE;
      if (!device
          || !refused.errno().equals(Errno.EPERM)
          || UserIds.ofThisProcess().areTheMachines()) {
        throw refused;
      }
      lostAttributes++;
      return;
    }
    describe(place, entry);
    place.parent().chmod(place.name(), entry.mode());
  }

  private void describe(Location place, TarEntry entry) throws IOException {
    Dir parent = place.parent();
    parent.chown(place.name(), entry.uid(), entry.gid());
    for (Map.Entry<String, byte[]> xattr : entry.xattrs().entrySet()) {
      if (!isOverlays(xattr.getKey())) {
        tolerate(() -> parent.setXattr(place.name(), xattr.getKey(), xattr.getValue()));
      }
    }
    parent.setModified(place.name(), entry.mtime());
  }

  /** A further name for an inode; owner and mode are the inode's, not this entry's. */
  void hardLink(String path, String target) throws IOException {
    Location from = tree.linkTarget(target);
    Optional<Stat> stat = from.find();
    if (from.isRoot() || stat.filter(Stat::isDirectory).isPresent()) {
      throw new LinuxException(
          "hard link to the directory " + UnixPath.ofRaw("/" + target), Errno.EPERM);
    }
    Location to = tree.locate(path);
    Optional<Stat> there = to.find();
    if (there.isPresent() && stat.isPresent() && there.get().inode() == stat.get().inode()) {
      return;
    }
    // What is replaced may be a directory that the target is in, so it is looked up again.
    replace(
        to.path(),
        place -> {
          Location source = tree.linkTarget(from.path());
          Location free = tree.locate(place.path());
          free.parent().makeLink(source.parent(), source.name(), free.name());
        });
  }

  private interface Attempt {
    void run() throws LinuxException;
  }

  /** File systems without attributes, and those that only some files may have, are no error. */
  private void tolerate(Attempt attempt) throws LinuxException {
    try {
      attempt.run();
    } catch (LinuxException refused) {
      if (!refused.errno().equals(Errno.EOPNOTSUPP) && !refused.errno().equals(Errno.EPERM)) {
        throw refused;
      }
      lostAttributes++;
    }
  }
}
