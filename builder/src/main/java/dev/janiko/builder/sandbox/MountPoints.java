package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.PathFd;
import dev.janiko.builder.linux.PathFd.FileTimes;
import dev.janiko.builder.linux.PathFd.Kind;
import dev.janiko.builder.linux.PathFd.Links;
import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Places in a root to mount something on, made where they are missing and removed afterwards.
 *
 * <p>Made ones would otherwise end in the image. The image is not trusted: links are followed
 * within the root only, and a place whose parent was since replaced is left alone.
 */
final class MountPoints {
  private static final int MOST_LINKS = 40;

  private final PathFd root;
  private final List<Stub> stubs = new ArrayList<>();

  MountPoints(PathFd root) {
    this.root = root;
  }

  /** A directory directly in the root; it must not be a link, as docker has it. */
  UnixPath topDirectory(String name, boolean temporary) throws IOException {
    UnixPath path = UnixPath.of(name);
    try (PathFd place = root.inside(path, Links.HOLD_LAST)) {
      if (place.kind() != Kind.DIRECTORY) {
        throw new SandboxException(
            "/" + name + " of the image is not a directory, so that nothing can be mounted there");
      }
    } catch (LinuxException e) {
      if (!e.errno().equals(Errno.ENOENT)) {
        throw e;
      }
      FileTimes before = root.times();
      root.makeDirectory(name);
      if (temporary) {
        stubs.add(new Stub("", name, true, before, root.times()));
      }
    }
    return path;
  }

  /** A file, with links followed in the root; missing parents are made as well. */
  UnixPath file(String path) throws IOException {
    Deque<String> rest = new ArrayDeque<>(UnixPath.of(path).rawNames());
    List<String> real = new ArrayList<>();
    int links = 0;
    while (!rest.isEmpty()) {
      String name = rest.removeFirst();
      if (name.equals("..")) {
        if (!real.isEmpty()) {
          real.removeLast();
        }
        continue;
      }
      try (PathFd parent = root.inside(joined(real), Links.REFUSE)) {
        UnixPath target = linkOrMade(parent, real, name, rest.isEmpty());
        if (target == null) {
          real.add(name);
        } else if (++links > MOST_LINKS) {
          throw new LinuxException("resolve(" + path + ")", Errno.ELOOP);
        } else {
          if (target.isAbsolute()) {
            real.clear();
          }
          target.rawNames().reversed().forEach(rest::addFirst);
        }
      }
    }
    return joined(real);
  }

  /** The target of a link; null if there is something else, or now is. */
  private @Nullable UnixPath linkOrMade(PathFd parent, List<String> real, String name, boolean last)
      throws LinuxException {
    try {
      return parent.readLink(name);
    } catch (LinuxException e) {
      if (e.errno().equals(Errno.EINVAL)) {
        return null;
      }
      if (!e.errno().equals(Errno.ENOENT)) {
        throw e;
      }
    }
    FileTimes before = parent.times();
    if (last) {
      parent.makeFile(name);
    } else {
      parent.makeDirectory(name);
    }
    stubs.add(new Stub(joined(real).raw(), name, !last, before, parent.times()));
    return null;
  }

  private static UnixPath joined(List<String> rawNames) {
    return UnixPath.ofRaw(String.join("/", rawNames));
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

  private void remove(Stub stub) throws LinuxException {
    UnixPath parentPath = UnixPath.ofRaw(stub.parent());
    try (PathFd parent = root.inside(parentPath, Links.REFUSE)) {
      FileTimes found = parent.times();
      boolean untouched;
      try (PathFd place = parent.inside(UnixPath.ofRaw(stub.name()), Links.HOLD_LAST)) {
        Kind wanted = stub.directory() ? Kind.DIRECTORY : Kind.FILE;
        untouched = place.kind() == wanted && (stub.directory() || place.size() == 0);
      }
      if (untouched && stub.directory()) {
        parent.removeDirectory(stub.name());
      } else if (untouched) {
        parent.removeFile(stub.name());
      }
      if (untouched) {
        // As if nothing had been made: the time before, unless the step changed the directory too.
        boolean ours = found.sameModification(stub.after());
        parent.setTimes(".", ours ? stub.before() : found);
      }
    }
  }

  /** Something made: where, and its parent's times before and after. */
  private record Stub(
      String parent, String name, boolean directory, FileTimes before, FileTimes after) {}
}
