package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import java.util.Optional;

/**
 * Moves directory trees within one file system, by renaming.
 *
 * <p>A directory that cannot be renamed whole, because part of it stays or because it comes from a
 * lower layer of an overlay (EXDEV), is made anew with its owner, mode and time of last change, and
 * what is in it is moved. Its extended attributes are not carried over; files keep everything.
 */
final class Moves {
  private static final int MADE_MODE = 0700;

  private final KeptPaths kept;

  private Moves(KeptPaths kept) {
    this.kept = kept;
  }

  /**
   * Moves what is in a directory into another one, merging with directories that are there.
   *
   * @param kept what stays, by paths relative to the directory
   * @throws LinuxException EXDEV if they are on different file systems, EEXIST if a name is taken
   */
  static void contents(Dir from, Dir to, KeptPaths kept) throws LinuxException {
    new Moves(kept).contents(from, to, UnixPath.of(""));
  }

  private void contents(Dir from, Dir to, UnixPath path) throws LinuxException {
    for (String name : from.names()) {
      UnixPath below = path.resolve(UnixPath.ofRaw(name));
      if (kept.stays(below)) {
        continue;
      }
      if (kept.holdsSome(below) || !renamed(from, to, name)) {
        byParts(from, to, name, below);
      }
    }
  }

  /** Whether a name could be moved whole; a directory perhaps can by parts. */
  private static boolean renamed(Dir from, Dir to, String name) throws LinuxException {
    try {
      from.renameToFree(name, to, name);
      return true;
    } catch (LinuxException e) {
      boolean byParts = e.errno().equals(Errno.EXDEV) || e.errno().equals(Errno.EEXIST);
      if (byParts && from.find(name).filter(Stat::isDirectory).isPresent()) {
        return false;
      }
      throw e;
    }
  }

  private void byParts(Dir from, Dir to, String name, UnixPath path) throws LinuxException {
    Optional<Stat> there = to.find(name);
    if (there.isEmpty()) {
      to.makeDirectory(name, MADE_MODE);
    }
    try (Dir source = from.openDir(name);
        Dir target = to.openDir(name)) {
      Stat before = source.stat();
      contents(source, target, path);
      if (there.isEmpty()) {
        target.setAttributes(before);
      }
    }
    if (!kept.holdsSome(path)) {
      from.removeDirectory(name);
    }
  }
}
