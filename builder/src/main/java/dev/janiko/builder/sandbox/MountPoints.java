package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.Timestamp;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.rootfs.RootFs.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Places in a root to mount something on, made where they are missing and removed afterwards.
 *
 * <p>Made ones would otherwise end in the image. The image is not trusted: links are followed
 * within the root only, and a place whose parent was since replaced is left alone.
 */
final class MountPoints {
  private static final int DIRECTORY_MODE = 0755;
  private static final int FILE_MODE = 0644;

  private final RootFs root;
  private final List<Stub> stubs;
  private final Set<Stat.Identity> parents = new HashSet<>();

  MountPoints(RootFs root) {
    this(root, new ArrayList<>());
  }

  private MountPoints(RootFs root, List<Stub> stubs) {
    this.root = root;
    this.stubs = stubs;
  }

  /** Places in another view of the same root; what is made there is removed with the rest. */
  MountPoints seenIn(RootFs other) {
    return new MountPoints(other, stubs);
  }

  /**
   * A directory directly in the root; it must not be a link, as docker has it.
   *
   * @param temporary whether one that is made is removed afterwards
   */
  UnixPath topDirectory(String name, boolean temporary) throws IOException {
    UnixPath path = UnixPath.of(name);
    Location place = root.resolve(path, false);
    Optional<Stat> found = place.find();
    if (found.isEmpty() && temporary) {
      makeDirectory(place.parent(), place.path());
    } else if (found.isEmpty()) {
      root.makeDirectories(path, DIRECTORY_MODE, 0, 0);
    } else if (!found.get().isDirectory()) {
      throw new SandboxException(
          "/" + name + " of the image is not a directory, so that nothing can be mounted there");
    }
    return path;
  }

  /** A file, with links followed in the root; missing parents are made as well. */
  UnixPath file(UnixPath path) throws IOException {
    Location place = root.resolve(path, this::makeDirectory);
    Optional<Stat> found = place.find();
    if (found.isEmpty()) {
      Timestamp before = place.parent().stat().mtime();
      place.parent().createFile(place.name(), FILE_MODE).close();
      made(place.parent(), place.path(), before);
    } else if (found.get().isDirectory()) {
      throw new SandboxException(path + " is a directory, so that no file can be mounted there");
    }
    return UnixPath.ofRaw(place.path());
  }

  /** A directory, with links followed in the root; missing parents are made as well. */
  UnixPath directory(UnixPath path) throws IOException {
    Location place = root.resolve(path, this::makeDirectory);
    Optional<Stat> found = place.find();
    if (found.isEmpty()) {
      makeDirectory(place.parent(), place.path());
    } else if (!found.get().isDirectory()) {
      throw new SandboxException(
          path + " is not a directory, so that no directory can be mounted there");
    }
    return UnixPath.ofRaw(place.path());
  }

  /** Where a path leads, with links followed in the root; only missing parents are made. */
  Location place(UnixPath path) throws IOException {
    return root.resolve(path, this::makeDirectory);
  }

  /** The directories that something was made in. */
  Set<Stat.Identity> parents() {
    return Set.copyOf(parents);
  }

  private Optional<String> makeDirectory(Dir parent, String path) throws IOException {
    Timestamp before = parent.stat().mtime();
    parent.makeDirectory(path.substring(path.lastIndexOf('/') + 1), DIRECTORY_MODE);
    made(parent, path, before);
    return Optional.empty();
  }

  private void made(Dir parent, String path, Timestamp before) throws IOException {
    Stat stat = parent.stat(path.substring(path.lastIndexOf('/') + 1));
    Stat after = parent.stat();
    stubs.add(new Stub(path, stat, before, after.mtime()));
    parents.add(after.identity());
  }

  /** Removes what was made, where it is still empty, and turns back its parents' times. */
  void removeStubs() throws IOException {
    for (Stub stub : stubs.reversed()) {
      try {
        remove(stub);
      } catch (LinuxException e) {
        if (!isChangedByTheStep(e.errno())) {
          throw e;
        }
      }
    }
    stubs.clear();
  }

  private static boolean isChangedByTheStep(Errno errno) {
    return List.of(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.ENOTEMPTY, Errno.EISDIR)
        .contains(errno);
  }

  private void remove(Stub stub) throws IOException {
    root.forget();
    Location place = root.resolve(UnixPath.ofRaw(stub.path()), false);
    boolean throughLinks = !place.path().equals(stub.path());
    if (throughLinks || place.find().filter(stub::isUntouched).isEmpty()) {
      return;
    }
    Timestamp found = place.parent().stat().mtime();
    if (stub.made().isDirectory()) {
      place.parent().removeDirectory(place.name());
    } else {
      place.parent().unlink(place.name());
    }
    // As if nothing had been made: the time before, unless the step changed the directory too.
    place.parent().setModified(found.equals(stub.after()) ? stub.before() : found);
  }

  /**
   * Something made.
   *
   * @param path where, without links
   * @param made what it was then
   * @param before when its parent was last changed before it was made
   * @param after the same, once it was made
   */
  private record Stub(String path, Stat made, Timestamp before, Timestamp after) {
    boolean isUntouched(Stat stat) {
      return stat.identity().equals(made.identity())
          && stat.type() == made.type()
          && (stat.isDirectory() || stat.size() == 0);
    }
  }
}
