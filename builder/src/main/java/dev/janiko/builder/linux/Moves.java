package dev.janiko.builder.linux;

import dev.janiko.builder.linux.PathFd.FileTimes;

/**
 * Moves directory trees within one file system, by renaming.
 *
 * <p>A directory that cannot be renamed whole, because part of it stays or because it comes from a
 * lower layer of an overlay (EXDEV), is made anew with its owner, mode and times, and what is in it
 * is moved. Its extended attributes are not carried over; files keep everything.
 */
public final class Moves {
  /** What stays where it is. */
  public interface Kept {
    /** Whether a path, relative to where the move began, stays with all below it. */
    boolean stays(UnixPath path);

    /** Whether something below a path stays. */
    boolean holdsSome(UnixPath path);
  }

  private Moves() {}

  /**
   * Moves what is in a directory into another one, merging with directories that are there.
   *
   * @throws LinuxException EXDEV if they are on different file systems, EEXIST if a name is taken
   */
  public static void contents(PathFd from, PathFd to, Kept kept) throws LinuxException {
    contents(from, to, UnixPath.of(""), kept);
  }

  private static void contents(PathFd from, PathFd to, UnixPath path, Kept kept)
      throws LinuxException {
    for (String name : Trees.names(from)) {
      UnixPath below = path.resolve(UnixPath.ofRaw(name));
      if (!kept.stays(below)) {
        move(from, to, name, new Item(below, kept));
      }
    }
  }

  private static void move(PathFd from, PathFd to, String name, Item item) throws LinuxException {
    if (!item.kept().holdsSome(item.path())) {
      long answer = rename(from, to, name);
      if (answer >= 0) {
        return;
      }
      boolean byParts = Syscall.is(answer, Errno.EXDEV) || Syscall.is(answer, Errno.EEXIST);
      if (!byParts || !isDirectory(from, name)) {
        throw Syscall.failure(answer, "renameat2(" + item.path() + ")");
      }
    }
    byParts(from, to, name, item);
  }

  private static void byParts(PathFd from, PathFd to, String name, Item item)
      throws LinuxException {
    boolean made = true;
    try {
      to.makeDirectory(name);
    } catch (LinuxException e) {
      if (!e.errno().equals(Errno.EEXIST)) {
        throw e;
      }
      made = false;
    }
    try (PathFd source = from.child(name);
        PathFd target = to.child(name)) {
      FileTimes times = source.times();
      contents(source, target, item.path(), item.kept());
      if (made) {
        target.takeAttributes(source);
        target.setTimes(".", times);
      }
    }
    if (!item.kept().holdsSome(item.path())) {
      from.removeDirectory(name);
    }
  }

  private static long rename(PathFd from, PathFd to, String name) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    long old = scratch.path(name, "renameat2").address();
    long next = scratch.otherPath(name, "renameat2").address();
    long noReplace = 1;
    return Syscall.call(SystemCall.RENAMEAT2, from.number(), old, to.number(), next, noReplace);
  }

  private static boolean isDirectory(PathFd parent, String name) throws LinuxException {
    try (PathFd child = parent.child(name)) {
      return child.kind() == PathFd.Kind.DIRECTORY;
    } catch (LinuxException e) {
      if (e.errno().equals(Errno.ENOTDIR) || e.errno().equals(Errno.ELOOP)) {
        return false;
      }
      throw e;
    }
  }

  /** Keeps nothing back. */
  public static final Kept NOTHING =
      new Kept() {
        @Override
        public boolean stays(UnixPath path) {
          return false;
        }

        @Override
        public boolean holdsSome(UnixPath path) {
          return false;
        }
      };

  private record Item(UnixPath path, Kept kept) {}
}
