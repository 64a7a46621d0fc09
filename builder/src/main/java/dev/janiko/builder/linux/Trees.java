package dev.janiko.builder.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Whole directories: their names as bytes, and their removal. Links are never followed. */
public final class Trees {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int RECORD_LENGTH = 16;
  private static final int RECORD_NAME = 19;
  private static final long AT_REMOVEDIR = 0x200;

  private Trees() {}

  /** The names in a directory, raw, in the order the file system has them. */
  public static List<String> names(PathFd directory) throws LinuxException {
    long fd = openToList(directory.number(), ".");
    if (fd < 0) {
      throw Syscall.failure(fd, "open(" + directory + ")");
    }
    try {
      return list((int) fd, directory.toString());
    } finally {
      Syscall.call(SystemCall.CLOSE, fd);
    }
  }

  /**
   * Removes a name and all below it.
   *
   * @throws LinuxException EBUSY if something is mounted there
   */
  public static void remove(PathFd parent, String rawName) throws LinuxException {
    removeKeeping(parent, rawName, path -> false);
  }

  /**
   * Removes a name and all below it but what is to be kept, and the directories that lead there.
   *
   * @param kept tells of a path, which begins with the name, whether it and all below it stays
   * @return whether the name is gone
   */
  public static boolean removeKeeping(PathFd parent, String rawName, Predicate<UnixPath> kept)
      throws LinuxException {
    return remove(parent.number(), rawName, UnixPath.ofRaw(rawName), kept);
  }

  private static boolean remove(int parent, String name, UnixPath path, Predicate<UnixPath> kept)
      throws LinuxException {
    if (kept.test(path)) {
      return false;
    }
    long answer = unlink(parent, name, 0);
    if (answer >= 0 || Syscall.is(answer, Errno.ENOENT)) {
      return true;
    }
    if (!Syscall.is(answer, Errno.EISDIR) && !Syscall.is(answer, Errno.EPERM)) {
      throw Syscall.failure(answer, "unlinkat(" + path + ")");
    }
    return removeDirectory(parent, name, path, kept);
  }

  private static boolean removeDirectory(
      int parent, String name, UnixPath path, Predicate<UnixPath> kept) throws LinuxException {
    long fd = openToList(parent, name);
    if (fd < 0) {
      throw Syscall.failure(fd, "open(" + path + ")");
    }
    boolean empty = true;
    try {
      for (String child : list((int) fd, path.toString())) {
        empty &= remove((int) fd, child, path.resolve(UnixPath.ofRaw(child)), kept);
      }
    } finally {
      Syscall.call(SystemCall.CLOSE, fd);
    }
    if (!empty) {
      return false;
    }
    long answer = unlink(parent, name, AT_REMOVEDIR);
    if (answer < 0 && !Syscall.is(answer, Errno.ENOENT)) {
      throw Syscall.failure(answer, "rmdir(" + path + ")");
    }
    return true;
  }

  private static long unlink(int parent, String name, long flags) throws LinuxException {
    long path = Native.scratch().path(name, "unlinkat").address();
    return Syscall.call(SystemCall.UNLINKAT, parent, path, flags);
  }

  private static long openToList(int parent, String name) throws LinuxException {
    long path = Native.scratch().path(name, "open").address();
    long flags = 0x80000 | PathFd.directoryFlag() | PathFd.noFollowFlag();
    return Syscall.call(SystemCall.OPENAT, parent, path, flags);
  }

  private static List<String> list(int fd, String what) throws LinuxException {
    List<String> names = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
      while (true) {
        long filled = Syscall.call(SystemCall.GETDENTS64, fd, buffer.address(), BUFFER_BYTES);
        if (filled < 0) {
          throw Syscall.failure(filled, "getdents64(" + what + ")");
        }
        if (filled == 0) {
          return names;
        }
        for (long at = 0; at < filled; ) {
          String name = buffer.getString(at + RECORD_NAME, StandardCharsets.ISO_8859_1);
          if (!name.equals(".") && !name.equals("..")) {
            names.add(name);
          }
          at += Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT, at + RECORD_LENGTH));
        }
      }
    }
  }
}
