package dev.janiko.builder.linux;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A place in the file tree held by a descriptor (O_PATH), so that it cannot be swapped for another
 * between looking and acting.
 *
 * <p>A directory held so can serve as a root of its own: {@link #inside} resolves paths as if the
 * thread were chrooted into it (openat2(2), {@code RESOLVE_IN_ROOT}, Linux 5.6): links are followed
 * within it, never out of it. Not safe for use after {@link #close}.
 */
public final class PathFd implements AutoCloseable {
  /** What a place is. */
  public enum Kind {
    DIRECTORY,
    FILE,
    LINK,
    OTHER
  }

  /** How paths inside a root treat symbolic links. */
  public enum Links {
    /** Followed, within the root. */
    FOLLOW,
    /** Followed within the root, but the last name may not be one: it is held itself. */
    HOLD_LAST,
    /** Refused wherever they occur (ELOOP). */
    REFUSE
  }

  private static final long AT_FDCWD = -100;
  private static final long AT_EMPTY_PATH = 0x1000;
  private static final long AT_REMOVEDIR = 0x200;
  private static final long O_CREAT = 0x40;
  private static final long O_EXCL = 0x80;
  private static final long O_NOCTTY = 0x100;
  private static final long O_NONBLOCK = 0x800;
  private static final long O_CLOEXEC = 0x80000;
  private static final long O_PATH = 0x200000;
  private static final long RESOLVE_NO_MAGICLINKS = 0x02;
  private static final long RESOLVE_NO_SYMLINKS = 0x04;
  private static final long RESOLVE_IN_ROOT = 0x10;
  private static final int OPEN_HOW_BYTES = 24;
  private static final long STATX_BASIC = 0x7ff;
  private static final int STATX_MODE = 0x1c;
  private static final int STATX_UID = 0x14;
  private static final int STATX_GID = 0x18;
  private static final int STATX_SIZE = 0x28;
  private static final int STATX_ATIME = 0x40;
  private static final int STATX_MTIME = 0x70;
  private static final int READ_BYTES = 1 << 14;

  /** Nothing: every call with it fails with EBADF. */
  static final PathFd NONE = new PathFd(-1, "nothing");

  private final int fd;
  private final String name;

  private PathFd(int fd, String name) {
    this.fd = fd;
    this.name = name;
  }

  static long directoryFlag() {
    return Syscall.ARCHITECTURE == Architecture.AARCH64 ? 0x4000 : 0x10000;
  }

  static long noFollowFlag() {
    return Syscall.ARCHITECTURE == Architecture.AARCH64 ? 0x8000 : 0x20000;
  }

  /** Holds a directory named by a path of the calling thread. */
  public static PathFd openDirectory(UnixPath path) throws LinuxException {
    return openHere(path, directoryFlag());
  }

  /** Holds whatever a path of the calling thread names; links are followed. */
  public static PathFd open(UnixPath path) throws LinuxException {
    return openHere(path, 0);
  }

  private static PathFd openHere(UnixPath path, long flags) throws LinuxException {
    String what = "open(" + path + ")";
    MemorySegment raw = Native.scratch().path(path.raw(), what);
    long answer =
        Syscall.call(SystemCall.OPENAT, AT_FDCWD, raw.address(), O_PATH | O_CLOEXEC | flags, 0);
    return new PathFd(checked(answer, what), path.toString());
  }

  /** Holds a place inside this root. */
  public PathFd inside(UnixPath path, Links links) throws LinuxException {
    return new PathFd(openInside(path, O_PATH, links), name + "/" + path);
  }

  /** Holds a directory in this directory, by its name; ENOTDIR or ELOOP if it is none. */
  public PathFd child(String rawName) throws LinuxException {
    String what = "open(" + name + "/" + UnixPath.ofRaw(rawName) + ")";
    long path = Native.scratch().path(rawName, what).address();
    long flags = O_PATH | O_CLOEXEC | directoryFlag() | noFollowFlag();
    long answer = Syscall.call(SystemCall.OPENAT, fd, path, flags, 0);
    return new PathFd(checked(answer, what), name + "/" + UnixPath.ofRaw(rawName));
  }

  private int openInside(UnixPath path, long flags, Links links) throws LinuxException {
    String what = "openat2(" + path + " in " + name + ")";
    Native.Scratch scratch = Native.scratch();
    MemorySegment raw = scratch.path(path.raw().isEmpty() ? "." : path.raw(), what);
    MemorySegment how = scratch.struct;
    long nofollow = links == Links.FOLLOW ? 0 : noFollowFlag();
    long refuse = links == Links.REFUSE ? RESOLVE_NO_SYMLINKS : 0;
    how.set(ValueLayout.JAVA_LONG, 0, flags | O_CLOEXEC | nofollow);
    how.set(ValueLayout.JAVA_LONG, 8, 0);
    how.set(ValueLayout.JAVA_LONG, 16, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | refuse);
    long answer =
        Syscall.call(SystemCall.OPENAT2, fd, raw.address(), how.address(), OPEN_HOW_BYTES);
    boolean unknown = Syscall.is(answer, Errno.ENOSYS) || Syscall.is(answer, Errno.EPERM);
    if (unknown && name.equals("/") && links == Links.FOLLOW) {
      // An old kernel, or a filter that does not know the call; from "/" nothing leads out anyway.
      answer = Syscall.call(SystemCall.OPENAT, fd, raw.address(), flags | O_CLOEXEC, 0);
    }
    return checked(answer, what);
  }

  /** What is held. */
  public Kind kind() throws LinuxException {
    int format = statx().get(ValueLayout.JAVA_SHORT, STATX_MODE) & 0xf000;
    return switch (format) {
      case 0x4000 -> Kind.DIRECTORY;
      case 0x8000 -> Kind.FILE;
      case 0xa000 -> Kind.LINK;
      default -> Kind.OTHER;
    };
  }

  /** The size in bytes, as stat(2) has it. */
  public long size() throws LinuxException {
    return statx().get(ValueLayout.JAVA_LONG, STATX_SIZE);
  }

  /** The times of access and modification. */
  public FileTimes times() throws LinuxException {
    MemorySegment stat = statx();
    return new FileTimes(
        stat.get(ValueLayout.JAVA_LONG, STATX_ATIME),
        stat.get(ValueLayout.JAVA_INT, STATX_ATIME + 8),
        stat.get(ValueLayout.JAVA_LONG, STATX_MTIME),
        stat.get(ValueLayout.JAVA_INT, STATX_MTIME + 8));
  }

  /** Sets the times of the name in this directory; a link itself, not its target. */
  public void setTimes(String child, FileTimes times) throws LinuxException {
    String what = "utimensat(" + name + "/" + child + ")";
    Native.Scratch scratch = Native.scratch();
    MemorySegment spec = scratch.struct;
    spec.set(ValueLayout.JAVA_LONG, 0, times.accessSeconds());
    spec.set(ValueLayout.JAVA_LONG, 8, times.accessNanos());
    spec.set(ValueLayout.JAVA_LONG, 16, times.modifiedSeconds());
    spec.set(ValueLayout.JAVA_LONG, 24, times.modifiedNanos());
    checked(
        Syscall.call(
            SystemCall.UTIMENSAT, fd, scratch.path(child, what).address(), spec.address(), 0x100),
        what);
  }

  /** Takes the owner, permissions and times of another directory; both are directories. */
  public void takeAttributes(PathFd other) throws LinuxException {
    FileTimes times = other.times();
    MemorySegment stat = other.statx();
    int mode = stat.get(ValueLayout.JAVA_SHORT, STATX_MODE) & 07777;
    long uid = Integer.toUnsignedLong(stat.get(ValueLayout.JAVA_INT, STATX_UID));
    long gid = Integer.toUnsignedLong(stat.get(ValueLayout.JAVA_INT, STATX_GID));
    String what = "fchownat(" + name + ")";
    long dot = Native.scratch().path(".", what).address();
    checked(Syscall.call(SystemCall.FCHOWNAT, fd, dot, uid, gid), what);
    checked(Syscall.call(SystemCall.FCHMODAT, fd, dot, mode), "fchmodat(" + name + ")");
    setTimes(".", times);
  }

  private MemorySegment statx() throws LinuxException {
    String what = "statx(" + name + ")";
    Native.Scratch scratch = Native.scratch();
    long path = scratch.path("", what).address();
    checked(
        Syscall.call(
            SystemCall.STATX, fd, path, AT_EMPTY_PATH, STATX_BASIC, scratch.struct.address()),
        what);
    return scratch.struct;
  }

  /** The target of a symbolic link in this directory; EINVAL if it is something else. */
  public UnixPath readLink(String child) throws LinuxException {
    String what = "readlinkat(" + name + "/" + child + ")";
    Native.Scratch scratch = Native.scratch();
    MemorySegment into = scratch.otherPath;
    long length =
        Syscall.call(
            SystemCall.READLINKAT,
            fd,
            scratch.path(child, what).address(),
            into.address(),
            Native.Scratch.PATH_BYTES);
    return UnixPath.ofBytes(into.asSlice(0, checked(length, what)).toArray(ValueLayout.JAVA_BYTE));
  }

  /** Makes a directory of mode 0755 less the umask. */
  public void makeDirectory(String child) throws LinuxException {
    String what = "mkdirat(" + name + "/" + child + ")";
    long path = Native.scratch().path(child, what).address();
    checked(Syscall.call(SystemCall.MKDIRAT, fd, path, 0755), what);
  }

  /** Makes an empty file of mode 0644 less the umask; EEXIST if the name is taken. */
  public void makeFile(String child) throws LinuxException {
    String what = "openat(" + name + "/" + child + ", O_CREAT)";
    long path = Native.scratch().path(child, what).address();
    long flags = O_CREAT | O_EXCL | O_CLOEXEC | noFollowFlag();
    long made = Syscall.call(SystemCall.OPENAT, fd, path, flags, 0644);
    Syscall.call(SystemCall.CLOSE, checked(made, what));
  }

  /** Makes a symbolic link. */
  public void makeLink(String child, UnixPath target) throws LinuxException {
    String what = "symlinkat(" + name + "/" + child + ")";
    Native.Scratch scratch = Native.scratch();
    long to = scratch.otherPath(target.raw(), what).address();
    long path = scratch.path(child, what).address();
    checked(Syscall.call(SystemCall.SYMLINKAT, to, fd, path), what);
  }

  /** Removes a name that is not a directory. */
  public void removeFile(String child) throws LinuxException {
    remove(child, 0);
  }

  /** Removes an empty directory. */
  public void removeDirectory(String child) throws LinuxException {
    remove(child, AT_REMOVEDIR);
  }

  private void remove(String child, long flags) throws LinuxException {
    String what = "unlinkat(" + name + "/" + child + ")";
    long path = Native.scratch().path(child, what).address();
    checked(Syscall.call(SystemCall.UNLINKAT, fd, path, flags), what);
  }

  /**
   * Reads a regular file inside this root.
   *
   * <p>What is not a regular file is refused before it is opened: opening a FIFO waits, opening a
   * device acts.
   *
   * @param limit the most bytes it may have; EFBIG if there are more
   */
  public byte[] readFile(UnixPath path, int limit) throws LinuxException {
    try (PathFd place = inside(path, Links.FOLLOW)) {
      if (place.kind() != Kind.FILE) {
        throw new LinuxException("read(" + place.name + "), not a regular file", Errno.EINVAL);
      }
    }
    int opened = openInside(path, O_NONBLOCK | O_NOCTTY, Links.FOLLOW);
    try (PathFd file = new PathFd(opened, name + "/" + path)) {
      if (file.kind() != Kind.FILE) {
        throw new LinuxException("read(" + file.name + "), not a regular file", Errno.EINVAL);
      }
      return file.readAll(limit);
    }
  }

  private byte[] readAll(int limit) throws LinuxException {
    String what = "read(" + name + ")";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(READ_BYTES);
      while (true) {
        int count = checked(Syscall.call(SystemCall.READ, fd, buffer.address(), READ_BYTES), what);
        if (count == 0) {
          return bytes.toByteArray();
        }
        bytes.writeBytes(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
        if (bytes.size() > limit) {
          throw new LinuxException(what + ", more than " + limit + " bytes", new Errno(27));
        }
      }
    }
  }

  /** A path of this process that names exactly what is held, for calls that want a path. */
  public UnixPath alias() {
    return UnixPath.ofRaw("/proc/self/fd/" + fd);
  }

  /** The descriptor's number. */
  int number() {
    return fd;
  }

  /** Where it was found, for messages. */
  @Override
  public String toString() {
    return name;
  }

  @Override
  public void close() {
    Syscall.call(SystemCall.CLOSE, fd);
  }

  private static int checked(long answer, String what) throws LinuxException {
    requireNonNull(what, "what is null");
    if (answer < 0) {
      throw Syscall.failure(answer, what);
    }
    return (int) answer;
  }

  /** Times of a file, in seconds since 1970 and nanoseconds within them. */
  public record FileTimes(
      long accessSeconds, int accessNanos, long modifiedSeconds, int modifiedNanos) {
    /** Whether the time of modification is the same. */
    public boolean sameModification(FileTimes other) {
      return modifiedSeconds == other.modifiedSeconds && modifiedNanos == other.modifiedNanos;
    }
  }
}
