package dev.janiko.builder.rootfs;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Timestamp;
import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Modes and times of directories, set when all is in them: writing into a directory changes its
 * time, and its mode may forbid writing.
 */
final class DirectoryFinish {

  private record Wanted(int mode, Timestamp mtime) {}

  private final TreeMap<String, Wanted> wanted = new TreeMap<>();

  void add(String path, int mode, Timestamp mtime) {
    wanted.put(path, new Wanted(mode, mtime));
  }

  /** Forgets a directory that was removed, and all below it. */
  void remove(String path) {
    wanted.remove(path);
    wanted.subMap(path + "/", path + "0").clear();
  }

  /** Sets them, the deepest first. */
  void finish(RootFs root) throws IOException {
    for (var entry : wanted.descendingMap().entrySet()) {
      RootFs.Location place = root.resolve(UnixPath.ofRaw(entry.getKey()), false);
      Wanted last = entry.getValue();
      if (place.isRoot()) {
        set(place.parent(), last);
        continue;
      }
      Optional<Dir> dir = place.parent().findDir(place.name());
      if (dir.isPresent()) {
        try (Dir open = dir.get()) {
          set(open, last);
        }
      }
    }
  }

  private static void set(Dir dir, Wanted last) throws IOException {
    dir.chmod(last.mode());
    dir.setModified(last.mtime());
  }
}
