package dev.janiko.builder.linux;

import static dev.janiko.builder.linux.FileCalls.call;
import static dev.janiko.builder.linux.FileCalls.callAgain;
import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A directory held open by its descriptor, and what can be done with the names in it.
 *
 * <p>Every name is a single raw component (no slash, not {@code .} or {@code ..}; {@link
 * IllegalArgumentException} otherwise) and is never followed if it is a symbolic link, so nothing
 * here leaves the directory, whoever renames things at the same time. Every failure is a {@link
 * LinuxException} that names the path. Used by one thread at a time, except {@link #openDir} and
 * {@link #find}, which any number may call at once.
 */
public final class Dir implements AutoCloseable {
  private static final long OPEN_FLAGS =
      FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_CLOEXEC;
  private static final long MAX_ID = 0xffff_fffeL;
  private static final int DIRENT_LENGTH = 16;
  private static final int DIRENT_NAME = 19;

  private final int descriptor;
  private final String label;
  private boolean open = true;

  private Dir(int descriptor, String label) {
    this.descriptor = descriptor;
    this.label = label;
  }

  /** Opens a directory by its path from the process's root, following links. */
  public static Dir open(Path path) throws LinuxException {
    return open(UnixPath.of(path.toAbsolutePath().toString()));
  }

  /** Opens a directory by its path, following links. */
  public static Dir open(UnixPath path) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    String call = "open(" + path + ")";
    long address = scratch.path(path.raw(), call).address();
    int descriptor =
        callAgain(FileCalls.OPENAT, scratch, FileCalls.AT_FDCWD, address, OPEN_FLAGS, 0);
    if (descriptor < 0) {
      throw scratch.failure(call);
    }
    return new Dir(descriptor, path.raw());
  }

  /**
   * Opens a directory in this one.
   *
   * @throws LinuxException with ENOTDIR (or ELOOP) if the name is anything else, links included
   */
  public Dir openDir(String name) throws LinuxException {
    return new Dir(openAt(name, OPEN_FLAGS | FileCalls.O_NOFOLLOW, 0), child(name));
  }

  /**
   * Opens a directory in this one, if the name is one.
   *
   * @return nothing if the name is missing or is something else
   */
  public Optional<Dir> findDir(String name) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    int result = tryOpen(scratch, name, OPEN_FLAGS | FileCalls.O_NOFOLLOW, 0);
    if (result >= 0) {
      return Optional.of(new Dir(result, child(name)));
    }
    int errno = scratch.lastErrno();
    if (errno == Errno.ENOENT.number()
        || errno == Errno.ENOTDIR.number()
        || errno == Errno.ELOOP.number()) {
      return Optional.empty();
    }
    throw failure("openat", name);
  }

  /** A second descriptor of the same directory, with its own life. */
  public Dir duplicate() throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    int result =
        callAgain(
            FileCalls.OPENAT,
            scratch,
            descriptor,
            scratch.path(".", "dup").address(),
            OPEN_FLAGS,
            0);
    if (result < 0) {
      throw scratch.failure("openat(" + label + "/.)");
    }
    return new Dir(result, label);
  }

  /** Opens a file for reading; a pipe or device does not block. */
  public OpenFile openFile(String name) throws LinuxException {
    long flags =
        FileCalls.O_RDONLY | FileCalls.O_NOFOLLOW | FileCalls.O_NONBLOCK | FileCalls.O_CLOEXEC;
    return new OpenFile(openAt(name, flags, 0), child(name));
  }

  /**
   * Makes a regular file, open for writing.
   *
   * @param mode permission bits, less the process's umask
   * @throws LinuxException with EEXIST if the name is there, even as a dangling link
   */
  public OpenFile createFile(String name, int mode) throws LinuxException {
    long flags =
        FileCalls.O_WRONLY
            | FileCalls.O_CREAT
            | FileCalls.O_EXCL
            | FileCalls.O_NOFOLLOW
            | FileCalls.O_CLOEXEC;
    return new OpenFile(openAt(name, flags, mode), child(name));
  }

  /** What this directory itself is. */
  public Stat stat() throws LinuxException {
    return FileStatus.ofDescriptor(descriptor, label);
  }

  /** What a name is. */
  public Stat stat(String name) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    check(
        FileStatus.statx(scratch, descriptor, checked(name), FileCalls.AT_SYMLINK_NOFOLLOW),
        "statx",
        name);
    return Stat.of(scratch.struct);
  }

  /** What a name is, or nothing if it is not there. */
  public Optional<Stat> find(String name) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    int result =
        FileStatus.statx(scratch, descriptor, checked(name), FileCalls.AT_SYMLINK_NOFOLLOW);
    if (result < 0 && scratch.lastErrno() == Errno.ENOENT.number()) {
      return Optional.empty();
    }
    check(result, "statx", name);
    return Optional.of(Stat.of(scratch.struct));
  }

  /** Makes a directory; the mode loses the bits of the process's umask. */
  public void makeDirectory(String name, int mode) throws LinuxException {
    check(named(FileCalls.MKDIRAT, name, mode, 0, 0), "mkdirat", name);
  }

  /** Makes a symbolic link with any target, kept to the byte. */
  public void makeSymlink(String target, String name) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    int result =
        call(
            FileCalls.SYMLINKAT,
            scratch,
            scratch.path(target, "symlinkat target of " + child(name)).address(),
            descriptor,
            scratch.otherPath(checked(name), "symlinkat").address(),
            0,
            0);
    check(result, "symlinkat", name);
  }

  /** Gives an inode of another (or this) directory a name here. */
  public void makeLink(Dir from, String fromName, String name) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    int result =
        call(
            FileCalls.LINKAT,
            scratch,
            from.descriptor,
            scratch.path(checked(fromName), "linkat").address(),
            descriptor,
            scratch.otherPath(checked(name), "linkat").address(),
            0);
    if (result < 0) {
      throw scratch.failure("linkat(" + from.child(fromName) + ", " + child(name) + ")");
    }
  }

  /** Makes a pipe, a socket's name or a device node; the mode loses the bits of the umask. */
  public void makeNode(String name, Node node) throws LinuxException {
    long mode = node.type().bits() | node.mode();
    check(
        named(FileCalls.MKNODAT, name, mode, device(node.major(), node.minor()), 0),
        "mknodat",
        name);
  }

  /**
   * What {@link #makeNode} makes.
   *
   * @param type FIFO, CHARACTER_DEVICE, BLOCK_DEVICE or SOCKET
   * @param mode permission bits
   * @param major of a device, its driver
   * @param minor of a device, its number in the driver
   */
  public record Node(FileType type, int mode, int major, int minor) {
    /** Overlayfs' sign for "nothing here". */
    public static final Node WHITEOUT = new Node(FileType.CHARACTER_DEVICE, 0, 0, 0);

    /** Refuses a missing type. */
    public Node {
      requireNonNull(type, "type is null");
    }
  }

  /** A dev_t as the C library packs it (gnu_dev_makedev). */
  private static long device(long major, long minor) {
    return ((major & 0xfffff000L) << 32)
        | ((major & 0xfffL) << 8)
        | ((minor & 0xffffff00L) << 12)
        | (minor & 0xffL);
  }

  /** The target of a symbolic link. */
  public String readLink(String name) throws LinuxException {
    return findLink(name)
        .orElseThrow(() -> new LinuxException("readlinkat(" + child(name) + ")", Errno.EINVAL));
  }

  /** The target of a symbolic link, or nothing if the name is missing or something else. */
  public Optional<String> findLink(String name) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    MemorySegment target = scratch.otherPath;
    int size =
        call(
            FileCalls.READLINKAT,
            scratch,
            descriptor,
            scratch.path(checked(name), "readlinkat").address(),
            target.address(),
            Native.Scratch.PATH_BYTES,
            0);
    if (size < 0
        && (scratch.lastErrno() == Errno.EINVAL.number()
            || scratch.lastErrno() == Errno.ENOENT.number())) {
      return Optional.empty();
    }
    check(size, "readlinkat", name);
    return Optional.of(latin(target, 0, size));
  }

  /** Removes a name that is not a directory. */
  public void unlink(String name) throws LinuxException {
    check(named(FileCalls.UNLINKAT, name, 0, 0, 0), "unlinkat", name);
  }

  /** Removes an empty directory. */
  public void removeDirectory(String name) throws LinuxException {
    check(named(FileCalls.UNLINKAT, name, FileCalls.AT_REMOVEDIR, 0, 0), "rmdir", name);
  }

  /** Removes a name and, of a directory, all below it. Mount points in it are an error. */
  public void removeTree(String name) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    if (named(FileCalls.UNLINKAT, name, 0, 0, 0) >= 0) {
      return;
    }
    if (scratch.lastErrno() != Errno.EISDIR.number()) {
      throw failure("unlinkat", name);
    }
    try (Dir dir = openDir(name)) {
      for (String child : dir.names()) {
        dir.removeTree(child);
      }
    }
    removeDirectory(name);
  }

  /** Renames onto a free name or over a name of the same kind. */
  public void rename(String name, Dir to, String toName) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    int result =
        call(
            FileCalls.RENAMEAT2,
            scratch,
            descriptor,
            scratch.path(checked(name), "renameat2").address(),
            to.descriptor,
            scratch.otherPath(checked(toName), "renameat2").address(),
            0);
    if (result < 0) {
      throw scratch.failure("renameat2(" + child(name) + ", " + to.child(toName) + ")");
    }
  }

  /** Sets owner and group of a name. */
  public void chown(String name, long uid, long gid) throws LinuxException {
    check(
        named(FileCalls.FCHOWNAT, name, id(uid), id(gid), FileCalls.AT_SYMLINK_NOFOLLOW),
        "fchownat",
        name);
  }

  /**
   * Sets the permission bits of a name.
   *
   * @throws LinuxException with EOPNOTSUPP if it is a symbolic link: those have none
   */
  public void chmod(String name, int mode) throws LinuxException {
    check(
        named(FileCalls.FCHMODAT, name, mode, FileCalls.AT_SYMLINK_NOFOLLOW, 0), "fchmodat", name);
  }

  /** Sets the time of a name's last change of content; that of the last access stays. */
  public void setModified(String name, Timestamp mtime) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    int result =
        call(
            FileCalls.UTIMENSAT,
            scratch,
            descriptor,
            scratch.path(checked(name), "utimensat").address(),
            FileStatus.times(scratch, mtime),
            FileCalls.AT_SYMLINK_NOFOLLOW,
            0);
    check(result, "utimensat", name);
  }

  /** Sets the permission bits of this directory. */
  public void chmod(int mode) throws LinuxException {
    check(call(FileCalls.FCHMOD, Native.scratch(), descriptor, mode, 0, 0, 0), "fchmod", "");
  }

  /** Sets owner and group of this directory. */
  public void chown(long uid, long gid) throws LinuxException {
    check(
        call(FileCalls.FCHOWN, Native.scratch(), descriptor, id(uid), id(gid), 0, 0), "fchown", "");
  }

  /** Sets the time of this directory's last change. */
  public void setModified(Timestamp mtime) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    check(
        call(FileCalls.FUTIMENS, scratch, descriptor, FileStatus.times(scratch, mtime), 0, 0, 0),
        "futimens",
        "");
  }

  /** An extended attribute of a name, or nothing if it is not set or cannot be here. */
  public Optional<byte[]> xattr(String name, String attribute) throws LinuxException {
    return Xattrs.get(procPath(name), attribute);
  }

  /** All extended attributes of a name that this process may see. */
  public Map<String, byte[]> xattrs(String name) throws LinuxException {
    return Xattrs.all(procPath(name));
  }

  /** Sets an extended attribute of a name. */
  public void setXattr(String name, String attribute, byte[] value) throws LinuxException {
    Xattrs.set(procPath(name), attribute, value);
  }

  /** An extended attribute of this directory, or nothing if it is not set or cannot be here. */
  public Optional<byte[]> xattr(String attribute) throws LinuxException {
    return Xattrs.get(inside(), attribute);
  }

  /** All extended attributes of this directory that this process may see. */
  public Map<String, byte[]> xattrs() throws LinuxException {
    return Xattrs.all(inside());
  }

  /** Sets an extended attribute of this directory. */
  public void setXattr(String attribute, byte[] value) throws LinuxException {
    Xattrs.set(inside(), attribute, value);
  }

  /**
   * The raw names in this directory, without {@code .} and {@code ..}, in no particular order.
   *
   * <p>Reads from the directory's beginning each time; not for two threads at once.
   */
  public List<String> names() throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    MemorySegment buffer = scratch.transfer();
    check(call(FileCalls.LSEEK, scratch, descriptor, 0, 0, 0, 0), "lseek", "");
    List<String> names = new ArrayList<>();
    while (true) {
      int size =
          call(
              FileCalls.GETDENTS,
              scratch,
              descriptor,
              buffer.address(),
              Native.Scratch.TRANSFER_BYTES,
              0,
              0);
      check(size, "getdents64", "");
      if (size == 0) {
        return names;
      }
      collect(buffer, size, names);
    }
  }

  private static void collect(MemorySegment buffer, int size, List<String> names) {
    int at = 0;
    while (at < size) {
      int end = at + DIRENT_NAME;
      while (buffer.get(ValueLayout.JAVA_BYTE, end) != 0) {
        end++;
      }
      int length = end - at - DIRENT_NAME;
      if (!isDots(buffer, at + DIRENT_NAME, length)) {
        names.add(latin(buffer, at + DIRENT_NAME, length));
      }
      at += buffer.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + DIRENT_LENGTH) & 0xffff;
    }
  }

  private static boolean isDots(MemorySegment buffer, int at, int length) {
    return length <= 2
        && buffer.get(ValueLayout.JAVA_BYTE, at) == '.'
        && (length == 1 || buffer.get(ValueLayout.JAVA_BYTE, at + 1) == '.');
  }

  /** The names with what they are; names that vanish meanwhile are left out. */
  public List<DirEntry> entries() throws LinuxException {
    List<String> names = names();
    List<DirEntry> entries = new ArrayList<>(names.size());
    for (String name : names) {
      find(name).ifPresent(stat -> entries.add(new DirEntry(name, stat)));
    }
    return entries;
  }

  /** Writes all dirty data of this directory's file system to its disk. */
  public void syncFileSystem() throws LinuxException {
    check(callAgain(FileCalls.SYNCFS, Native.scratch(), descriptor, 0, 0, 0), "syncfs", "");
  }

  /** Writes this directory's own changes (names made or removed) to the disk. */
  public void sync() throws LinuxException {
    check(callAgain(FileCalls.FSYNC, Native.scratch(), descriptor, 0, 0, 0), "fsync", "");
  }

  /** A path to this directory for calls that know only paths; valid while it is open. */
  public String selfPath() {
    return "/proc/self/fd/" + descriptor;
  }

  /**
   * The dot keeps the last name from being the link in /proc, whose own attributes are meant else.
   */
  private String inside() {
    return selfPath() + "/.";
  }

  private String procPath(String name) {
    return selfPath() + "/" + checked(name);
  }

  private int openAt(String name, long flags, int mode) throws LinuxException {
    int result = tryOpen(Native.scratch(), name, flags, mode);
    check(result, "openat", name);
    return result;
  }

  private int tryOpen(Native.Scratch scratch, String name, long flags, int mode)
      throws LinuxException {
    long address = scratch.path(checked(name), "openat").address();
    return callAgain(FileCalls.OPENAT, scratch, descriptor, address, flags, mode);
  }

  private int named(MethodHandle function, String name, long b, long c, long d)
      throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    return call(
        function, scratch, descriptor, scratch.path(checked(name), "name").address(), b, c, d);
  }

  private void check(int result, String function, String name) throws LinuxException {
    if (result < 0) {
      throw failure(function, name);
    }
  }

  private LinuxException failure(String function, String name) {
    return Native.scratch().failure(function + "(" + child(name) + ")");
  }

  private String child(String name) {
    return name.isEmpty() ? label : label.endsWith("/") ? label + name : label + "/" + name;
  }

  private static String checked(String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
      throw new IllegalArgumentException("not a single name: '" + name + "'");
    }
    return name;
  }

  /** A user or group as the kernel takes it; 2^32-1 would mean "leave it". */
  static long id(long id) throws LinuxException {
    if (id < 0 || id > MAX_ID) {
      throw new LinuxException("chown to " + id, Errno.EINVAL);
    }
    return id;
  }

  private static String latin(MemorySegment from, int offset, int length) {
    return new String(
        from.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
  }

  /** Closes the descriptor. A second call does nothing. */
  @Override
  public void close() {
    if (open) {
      open = false;
      FileStatus.close(descriptor);
    }
  }

  /** The path that it was opened by, for messages. */
  @Override
  public String toString() {
    return UnixPath.ofRaw(label).toString();
  }
}
