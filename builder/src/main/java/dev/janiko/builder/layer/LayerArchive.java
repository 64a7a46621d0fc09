package dev.janiko.builder.layer;

import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.Timestamp;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.snapshot.Change;
import dev.janiko.builder.snapshot.Changes;
import dev.janiko.builder.tar.EntryType;
import dev.janiko.builder.tar.TarEntry;
import dev.janiko.builder.tar.TarWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** Puts changes into an archive, as BuildKit does. */
final class LayerArchive {
  private static final int BUFFER_BYTES = 256 * 1024;
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  /** The only attribute that image builders keep. */
  private static final String CAPABILITY = "security.capability";

  private final RootFs root;
  private final TarWriter tar;
  private final OptionalLong latestModified;
  private final byte[] buffer = new byte[BUFFER_BYTES];

  /** The first names of inodes that have several. */
  private final Map<Inode, String> linked = new HashMap<>();

  private record Inode(long device, long number) {}

  LayerArchive(RootFs root, OutputStream out, OptionalLong latestModified) {
    this.root = root;
    this.tar = new TarWriter(out);
    this.latestModified = latestModified;
  }

  void write(Changes changes) throws IOException {
    for (Change change : changes.all()) {
      switch (change) {
        case Change.Entry entry -> entry(entry.path(), entry.stat());
        case Change.Whiteout whiteout -> marker(whiteout(whiteout.path().raw()));
        case Change.OpaqueDirectory opaque -> marker(below(opaque.path().raw(), OPAQUE));
      }
    }
    tar.finish();
  }

  private static String whiteout(String path) {
    int slash = path.lastIndexOf('/');
    return path.substring(0, slash + 1) + WHITEOUT + path.substring(slash + 1);
  }

  private static String below(String path, String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }

  private void marker(String name) throws IOException {
    tar.put(TarEntry.of(name, EntryType.REGULAR, 0));
  }

  private void entry(UnixPath path, Stat stat) throws IOException {
    String name = path.raw();
    if (stat.links() > 1 && !stat.isDirectory()) {
      String first = linked.putIfAbsent(new Inode(stat.device(), stat.inode()), name);
      if (first != null) {
        tar.put(described(TarEntry.hardLink(name, first), stat).withXattrs(capability(path, stat)));
        return;
      }
    }
    switch (stat.type()) {
      case REGULAR -> file(path);
      case DIRECTORY -> tar.put(described(TarEntry.directory(name), stat));
      case SYMLINK -> symlink(path, stat);
      case FIFO -> tar.put(described(TarEntry.of(name, EntryType.FIFO, 0), stat));
      case CHARACTER_DEVICE -> device(name, EntryType.CHARACTER_DEVICE, stat);
      case BLOCK_DEVICE -> device(name, EntryType.BLOCK_DEVICE, stat);
      case SOCKET -> {
        // A socket's name means nothing without the process that made it; archives have none.
      }
    }
  }

  /**
   * What a further name of a file has to repeat: readers that set the owner once more, as docker's
   * engine does, thereby remove the capability that came with the first name.
   */
  private Map<String, byte[]> capability(UnixPath path, Stat stat) throws IOException {
    if (!stat.isRegular()) {
      return Map.of();
    }
    try (OpenFile file = open(path)) {
      return capability(file);
    }
  }

  private static Map<String, byte[]> capability(OpenFile file) throws IOException {
    return file.xattr(CAPABILITY).map(value -> Map.of(CAPABILITY, value)).orElse(Map.of());
  }

  private TarEntry described(TarEntry entry, Stat stat) {
    long seconds = stat.mtime().seconds();
    long limited = Math.min(seconds, latestModified.orElse(seconds));
    return entry
        .withMode(stat.mode())
        .withOwner(stat.uid(), stat.gid())
        .withModified(Timestamp.ofSeconds(limited));
  }

  private void device(String name, EntryType type, Stat stat) throws IOException {
    tar.put(
        described(TarEntry.of(name, type, 0), stat).withDevice(stat.rdevMajor(), stat.rdevMinor()));
  }

  private void symlink(UnixPath path, Stat stat) throws IOException {
    RootFs.Location place = root.resolve(path, false);
    String target =
        place.parent().findLink(place.name()).orElseThrow(() -> new FileChangedException(path));
    tar.put(described(TarEntry.symlink(path.raw(), target), stat));
  }

  /** The header tells what the file is when it is opened, and the content must agree with it. */
  private void file(UnixPath path) throws IOException {
    try (OpenFile file = open(path)) {
      Stat stat = file.stat();
      if (!stat.isRegular()) {
        throw new FileChangedException(path);
      }
      tar.put(described(TarEntry.file(path.raw(), stat.size()), stat).withXattrs(capability(file)));
      long left = stat.size();
      while (left > 0) {
        int count = file.read(buffer, 0, (int) Math.min(BUFFER_BYTES, left));
        if (count < 0) {
          throw new FileChangedException(path);
        }
        tar.write(buffer, 0, count);
        left -= count;
      }
      Stat after = file.stat();
      if (after.size() != stat.size()
          || !after.mtime().equals(stat.mtime())
          || !after.ctime().equals(stat.ctime())) {
        throw new FileChangedException(path);
      }
    }
  }

  private OpenFile open(UnixPath path) throws IOException {
    try {
      RootFs.Location place = root.resolve(path, false);
      return place.parent().openFile(place.name());
    } catch (LinuxException gone) {
      if (gone.errno().equals(Errno.ENOENT) || gone.errno().equals(Errno.ELOOP)) {
        FileChangedException changed = new FileChangedException(path);
        changed.initCause(gone);
        throw changed;
      }
      throw gone;
    }
  }
}
