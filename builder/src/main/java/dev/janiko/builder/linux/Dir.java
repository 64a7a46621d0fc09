package dev.janiko.builder.linux;

import static dev.janiko.builder.linux.FileFlags.AT_FDCWD;
import static dev.janiko.builder.linux.FileFlags.AT_REMOVEDIR;
import static dev.janiko.builder.linux.FileFlags.AT_SYMLINK_NOFOLLOW;
import static dev.janiko.builder.linux.FileFlags.O_CLOEXEC;
import static dev.janiko.builder.linux.FileFlags.O_CREAT;
import static dev.janiko.builder.linux.FileFlags.O_DIRECTORY;
import static dev.janiko.builder.linux.FileFlags.O_EXCL;
import static dev.janiko.builder.linux.FileFlags.O_NOFOLLOW;
import static dev.janiko.builder.linux.FileFlags.O_NONBLOCK;
import static dev.janiko.builder.linux.FileFlags.O_PATH;
import static dev.janiko.builder.linux.FileFlags.O_RDONLY;
import static dev.janiko.builder.linux.FileFlags.O_WRONLY;
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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A directory held open by its descriptor, and what can be done with the names in it.
 *
 * <p>Every name is a single raw component (no slash, not {@code .} or {@code ..}; {@link
 * IllegalArgumentException} otherwise) and is never followed if it is a symbolic link, so nothing
 * here leaves the directory, whoever renames things at the same time. Every failure is a {@link
 * LinuxException} that names the path. Used by one thread at a time, except {@link #openDir} and
 * {@link #find}, which any number may call at once.
 */
public final class Dir extends Inode {
  private static final long OPEN_FLAGS = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  private static final long RENAME_NOREPLACE = 1;
  private static final long RESOLVE_NO_XDEV = 1;
  private static final long RESOLVE_NO_MAGICLINKS = 2;
  // <linux/fs.h>: the same numbers on all 64-bit machines that Architecture knows.
  private static final long FS_IOC_GETFLAGS = 0x8008_6601L;
  private static final long FS_IOC_SETFLAGS = 0x4008_6602L;
  private static final int FS_TOPDIR_FL = 0x0002_0000;
  private static final int DIRENT_LENGTH = 16;
  private static final int DIRENT_NAME = 19;

  Dir(Descriptor descriptor) {
    super(descriptor);
  }

  /** Opens a directory by its path from the process's root, following links. */
  public static Dir open(Path path) throws LinuxException {
    return open(UnixPath.of(path.toAbsolutePath().toString()));
  }

  /** Opens a directory by its path, following links. */
  public static Dir open(UnixPath path) throws LinuxException {
    return open(path, null);
  }

  /**
   * Opens a directory by its path, following links.
   *
   * @param ledger holds what root alone could set on what is in it; null if this process can
   */
  public static Dir open(UnixPath path, @Nullable Ledger ledger) throws LinuxException {
    String call = "open(" + path + ")";
    long address = Native.scratch().path(path.raw(), call).address();
    long opened = Syscall.callAgain(SystemCall.OPENAT, AT_FDCWD, address, OPEN_FLAGS, 0);
    return new Dir(new Descriptor(Syscall.check(opened, call), path.raw(), ledger));
  }

  /** Opens another directory by its path, with this one's ledger. */
  public Dir beside(UnixPath path) throws LinuxException {
    return open(path, descriptor.ledger());
  }

  /**
   * Opens a directory in this one.
   *
   * @throws LinuxException with ENOTDIR (or ELOOP) if the name is anything else, links included
   */
  public Dir openDir(String name) throws LinuxException {
    return new Dir(openAt(name, OPEN_FLAGS | O_NOFOLLOW, 0));
  }

  /**
   * Opens a directory in this one, if the name is one.
   *
   * @return nothing if the name is missing or is something else
   */
  public Optional<Dir> findDir(String name) throws LinuxException {
    long answer = tryOpen(checked(name), OPEN_FLAGS | O_NOFOLLOW, 0);
    if (Syscall.is(answer, Errno.ENOENT)
        || Syscall.is(answer, Errno.ENOTDIR)
        || Syscall.is(answer, Errno.ELOOP)) {
      return Optional.empty();
    }
    check(answer, "openat", name);
    return Optional.of(new Dir(descriptor.below(answer, name)));
  }

  /** A second descriptor of the same directory, with its own life. */
  public Dir duplicate() throws LinuxException {
    long answer = tryOpen(".", OPEN_FLAGS, 0);
    check(answer, "openat", ".");
    return new Dir(descriptor.below(answer, ""));
  }

  /** A path of this process that leads exactly here; valid until it is closed. */
  public UnixPath selfPath() {
    return UnixPath.ofRaw(descriptor.selfPath());
  }

  /**
   * Asks the file system to place each directory made in this one in a part of the disk of its own,
   * as one does for home directories (the attribute {@code T} of chattr(1)). Where the file system
   * knows no such thing nothing happens.
   *
   * @return whether it does so
   */
  public boolean spread() {
    MemorySegment flags = Native.scratch().struct;
    long fd = descriptor.number();
    flags.set(ValueLayout.JAVA_INT, 0, 0);
    if (Syscall.call(SystemCall.IOCTL, fd, FS_IOC_GETFLAGS, flags.address()) < 0) {
      return false;
    }
    flags.set(ValueLayout.JAVA_INT, 0, flags.get(ValueLayout.JAVA_INT, 0) | FS_TOPDIR_FL);
    return Syscall.call(SystemCall.IOCTL, fd, FS_IOC_SETFLAGS, flags.address()) >= 0;
  }

  /** Opens a file for reading; a pipe or device does not block. */
  public OpenFile openFile(String name) throws LinuxException {
    return new OpenFile(openAt(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0));
  }

  /**
   * Makes a regular file, open for writing.
   *
   * @param mode permission bits, less the process's umask
   * @throws LinuxException with EEXIST if the name is there, even as a dangling link
   */
  public OpenFile createFile(String name, int mode) throws LinuxException {
    long flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    Ledger ledger = descriptor.ledger();
    if (ledger == null) {
      return new OpenFile(openAt(name, flags, mode));
    }
    OpenFile file = new OpenFile(openAt(name, flags, mode | 0600));
    new Ledgered(descriptor, ledger, name).made(mode, 0600);
    return file;
  }

  /**
   * Makes a regular file and opens it as a caller of open(2) asked for.
   *
   * @param flags what the caller gave beside O_CREAT
   * @param mode permission bits, whatever the process's umask is
   * @throws LinuxException with EEXIST if the name is there, even as a dangling link
   */
  public OpenFile createFile(String name, long flags, int mode) throws LinuxException {
    long all = flags | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    OpenFile file = new OpenFile(openAt(name, all, mode | 0600));
    file.chmod(mode);
    return file;
  }

  /**
   * Opens a directory by a path from this one, without leaving its file system and without the
   * links of /proc that lead anywhere.
   *
   * @throws LinuxException EXDEV or ELOOP if the path would
   */
  public Dir openNear(String path) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    MemorySegment how = scratch.struct;
    how.set(ValueLayout.JAVA_LONG, 0, OPEN_FLAGS);
    how.set(ValueLayout.JAVA_LONG, 8, 0);
    how.set(ValueLayout.JAVA_LONG, 16, RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS);
    long address = scratch.path(path, "openat2").address();
    long number = descriptor.number();
    long answer = Syscall.call(SystemCall.OPENAT2, number, address, how.address(), 24);
    check(answer, "openat2", path);
    return new Dir(descriptor.below(answer, path));
  }

  /** Holds what a name stands for, without opening it. */
  public Pin pin(String name) throws LinuxException {
    return new Pin(openAt(name, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0));
  }

  /** What a name is. */
  public Stat stat(String name) throws LinuxException {
    check(descriptor.statx(checked(name), AT_SYMLINK_NOFOLLOW), "statx", name);
    return descriptor.shown();
  }

  /** What a name is, or nothing if it is not there. */
  public Optional<Stat> find(String name) throws LinuxException {
    long answer = descriptor.statx(checked(name), AT_SYMLINK_NOFOLLOW);
    if (Syscall.is(answer, Errno.ENOENT)) {
      return Optional.empty();
    }
    check(answer, "statx", name);
    return Optional.of(descriptor.shown());
  }

  /** Makes a directory; the mode loses the bits of the process's umask. */
  public void makeDirectory(String name, int mode) throws LinuxException {
    Ledger ledger = descriptor.ledger();
    check(
        named(SystemCall.MKDIRAT, name, ledger == null ? mode : mode | 0700, 0, 0),
        "mkdirat",
        name);
    if (ledger != null) {
      new Ledgered(descriptor, ledger, name).made(mode, 0700);
    }
  }

  /** Makes a symbolic link with any target, kept to the byte. */
  public void makeSymlink(String target, String name) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    long to = scratch.otherPath(target, "symlinkat").address();
    long path = scratch.path(checked(name), "symlinkat").address();
    check(Syscall.call(SystemCall.SYMLINKAT, to, descriptor.number(), path), "symlinkat", name);
  }

  /** Gives an inode of another (or this) directory a name here. */
  public void makeLink(Dir from, String fromName, String name) throws LinuxException {
    long answer = from.pair(SystemCall.LINKAT, fromName, this, name, 0);
    if (answer < 0) {
      throw Syscall.failure(answer, from.describe("linkat", fromName, this, name));
    }
  }

  /** Makes a pipe, a socket's name or a device node; the mode loses the bits of the umask. */
  public void makeNode(String name, Node node) throws LinuxException {
    long device = device(node.major(), node.minor());
    if (device >>> Integer.SIZE != 0) {
      throw new LinuxException(descriptor.describe("mknodat", name), Errno.EINVAL);
    }
    Ledger ledger = descriptor.ledger();
    boolean isDevice =
        node.type() == FileType.CHARACTER_DEVICE || node.type() == FileType.BLOCK_DEVICE;
    if (ledger != null && isDevice) {
      createFile(name, node.mode()).close();
      new Ledgered(descriptor, ledger, name).stand(node);
      return;
    }
    long mode = node.type().bits() | node.mode();
    check(named(SystemCall.MKNODAT, name, mode, device, 0), "mknodat", name);
  }

  /**
   * What {@link #makeNode} makes.
   *
   * @param type FIFO, CHARACTER_DEVICE, BLOCK_DEVICE or SOCKET
   * @param mode permission bits
   * @param major of a device, its driver; the kernel takes up to 4095
   * @param minor of a device, its number in the driver; the kernel takes up to 1048575
   */
  public record Node(FileType type, int mode, int major, int minor) {
    /** Overlayfs' sign for "nothing here". */
    public static final Node WHITEOUT = new Node(FileType.CHARACTER_DEVICE, 0, 0, 0);

    /** Refuses a missing type. */
    public Node {
      requireNonNull(type, "type is null");
    }
  }

  /** A device as the kernel takes it, in 32 bits; with bits above them if it cannot. */
  private static long device(int major, int minor) {
    long driver = Integer.toUnsignedLong(major);
    long number = Integer.toUnsignedLong(minor);
    return ((driver & ~0xfffL) << 32)
        | (driver << 8)
        | ((number & ~0xffL) << 12)
        | (number & 0xffL);
  }

  /** The target of a symbolic link. */
  public String readLink(String name) throws LinuxException {
    return findLink(name)
        .orElseThrow(
            () -> new LinuxException(descriptor.describe("readlinkat", name), Errno.EINVAL));
  }

  /** The target of a symbolic link, or nothing if the name is missing or something else. */
  public Optional<String> findLink(String name) throws LinuxException {
    MemorySegment target = Native.scratch().otherPath;
    long size = named(SystemCall.READLINKAT, name, target.address(), Native.Scratch.PATH_BYTES, 0);
    if (Syscall.is(size, Errno.EINVAL) || Syscall.is(size, Errno.ENOENT)) {
      return Optional.empty();
    }
    check(size, "readlinkat", name);
    return Optional.of(latin(target, 0, size));
  }

  /** Removes a name that is not a directory. */
  public void unlink(String name) throws LinuxException {
    check(named(SystemCall.UNLINKAT, name, 0, 0, 0), "unlinkat", name);
  }

  /** Removes an empty directory. */
  public void removeDirectory(String name) throws LinuxException {
    check(named(SystemCall.UNLINKAT, name, AT_REMOVEDIR, 0, 0), "rmdir", name);
  }

  /**
   * Removes a name and, of a directory, all below it; does nothing if it is missing.
   *
   * @throws LinuxException with EBUSY if something is mounted there
   */
  public void removeTree(String name) throws LinuxException {
    removeTree(name, path -> false);
  }

  /**
   * Removes a name and all below it but what is to be kept, and the directories that lead there.
   *
   * @param kept tells of a path, which begins with the name, whether it and all below it stays
   * @return whether the name is gone
   */
  public boolean removeTree(String name, Predicate<UnixPath> kept) throws LinuxException {
    return removeTree(name, UnixPath.ofRaw(name), kept);
  }

  private boolean removeTree(String name, UnixPath path, Predicate<UnixPath> kept)
      throws LinuxException {
    if (kept.test(path)) {
      return false;
    }
    long answer = named(SystemCall.UNLINKAT, name, 0, 0, 0);
    if (answer >= 0 || Syscall.is(answer, Errno.ENOENT)) {
      return true;
    }
    // POSIX has EPERM for directories, which some file systems answer; it also means other things.
    Optional<Dir> directory =
        Syscall.is(answer, Errno.EISDIR) || Syscall.is(answer, Errno.EPERM)
            ? findDir(name)
            : Optional.empty();
    if (directory.isEmpty()) {
      throw Syscall.failure(answer, descriptor.describe("unlinkat", name));
    }
    boolean empty = true;
    try (Dir below = directory.get()) {
      for (String child : below.names()) {
        empty &= below.removeTree(child, path.resolve(UnixPath.ofRaw(child)), kept);
      }
    }
    if (empty) {
      removeDirectory(name);
    }
    return empty;
  }

  /** Renames onto a free name or over a name of the same kind. */
  public void rename(String name, Dir to, String toName) throws LinuxException {
    rename(name, to, toName, 0);
  }

  /**
   * Renames onto a free name.
   *
   * @throws LinuxException with EEXIST if it is not free
   */
  public void renameToFree(String name, Dir to, String toName) throws LinuxException {
    rename(name, to, toName, RENAME_NOREPLACE);
  }

  private void rename(String name, Dir to, String toName, long flags) throws LinuxException {
    long answer = pair(SystemCall.RENAMEAT2, name, to, toName, flags);
    if (answer < 0) {
      throw Syscall.failure(answer, describe("renameat2", name, to, toName));
    }
  }

  private long pair(SystemCall call, String name, Dir to, String toName, long flags)
      throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    long path = scratch.path(checked(name), "rename").address();
    long toPath = scratch.otherPath(checked(toName), "rename").address();
    return Syscall.call(call, descriptor.number(), path, to.descriptor.number(), toPath, flags);
  }

  private String describe(String call, String name, Dir to, String toName) {
    return call
        + "("
        + UnixPath.ofRaw(descriptor.path(name))
        + ", "
        + UnixPath.ofRaw(to.descriptor.path(toName))
        + ")";
  }

  /** Sets owner and group of a name. */
  public void chown(String name, long uid, long gid) throws LinuxException {
    Ledger ledger = descriptor.ledger();
    if (ledger != null) {
      new Ledgered(descriptor, ledger, checked(name)).chown(id(uid), id(gid));
      return;
    }
    check(
        named(SystemCall.FCHOWNAT, name, id(uid), id(gid), AT_SYMLINK_NOFOLLOW), "fchownat", name);
  }

  /**
   * Sets the permission bits of a name.
   *
   * @throws LinuxException with EOPNOTSUPP if it is a symbolic link: those have none
   */
  public void chmod(String name, int mode) throws LinuxException {
    Ledger ledger = descriptor.ledger();
    if (ledger != null) {
      new Ledgered(descriptor, ledger, checked(name)).chmod(mode);
      return;
    }
    long path = Native.scratch().path(checked(name), "fchmodat").address();
    long answer =
        Syscall.call(Chmod.FUNCTION, descriptor.number(), path, mode, AT_SYMLINK_NOFOLLOW);
    check(answer, "fchmodat", name);
  }

  /** Sets the time of a name's last change of content; that of the last access stays. */
  public void setModified(String name, Timestamp mtime) throws LinuxException {
    check(
        named(SystemCall.UTIMENSAT, name, times(mtime), AT_SYMLINK_NOFOLLOW, 0), "utimensat", name);
  }

  /** An extended attribute of a name, or nothing if it is not set or cannot be here. */
  public Optional<byte[]> xattr(String name, String attribute) throws LinuxException {
    return Xattrs.of(descriptor, checked(name)).get(attribute);
  }

  /** All extended attributes of a name that this process may see. */
  public Map<String, byte[]> xattrs(String name) throws LinuxException {
    return Xattrs.of(descriptor, checked(name)).all();
  }

  /** Sets an extended attribute of a name. */
  public void setXattr(String name, String attribute, byte[] value) throws LinuxException {
    Xattrs.of(descriptor, checked(name)).set(attribute, value);
  }

  /**
   * The raw names in this directory, without {@code .} and {@code ..}, in no particular order.
   *
   * <p>Reads from the directory's beginning each time; not for two threads at once.
   */
  public List<String> names() throws LinuxException {
    int number = descriptor.number();
    MemorySegment buffer = Native.scratch().transfer();
    check(Syscall.call(SystemCall.LSEEK, number, 0, 0), "lseek", "");
    List<String> names = new ArrayList<>();
    while (true) {
      long size =
          Syscall.call(
              SystemCall.GETDENTS64, number, buffer.address(), Native.Scratch.TRANSFER_BYTES);
      check(size, "getdents64", "");
      if (size == 0) {
        return names;
      }
      collect(buffer.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE), names);
    }
  }

  private static void collect(byte[] entries, List<String> names) {
    int at = 0;
    while (at < entries.length) {
      int start = at + DIRENT_NAME;
      int end = start;
      while (entries[end] != 0) {
        end++;
      }
      if (!isDots(entries, start, end - start)) {
        names.add(new String(entries, start, end - start, StandardCharsets.ISO_8859_1));
      }
      at += (entries[at + DIRENT_LENGTH] & 0xff) | (entries[at + DIRENT_LENGTH + 1] & 0xff) << 8;
    }
  }

  private static boolean isDots(byte[] entries, int at, int length) {
    return length <= 2 && entries[at] == '.' && (length == 1 || entries[at + 1] == '.');
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
    check(Syscall.callAgain(SystemCall.SYNCFS, descriptor.number(), 0, 0, 0), "syncfs", "");
  }

  private Descriptor openAt(String name, long flags, int mode) throws LinuxException {
    long answer = tryOpen(checked(name), flags, mode);
    check(answer, "openat", name);
    return descriptor.below(answer, name);
  }

  private long tryOpen(String name, long flags, int mode) throws LinuxException {
    long path = Native.scratch().path(name, "openat").address();
    return Syscall.callAgain(SystemCall.OPENAT, descriptor.number(), path, flags, mode);
  }

  private long named(SystemCall call, String name, long b, long c, long d) throws LinuxException {
    long path = Native.scratch().path(checked(name), "name").address();
    return Syscall.call(call, descriptor.number(), path, b, c, d);
  }

  private void check(long answer, String call, String name) throws LinuxException {
    descriptor.check(answer, call, name);
  }

  private static String checked(String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
      throw new IllegalArgumentException("not a single name: '" + name + "'");
    }
    return name;
  }

  private static String latin(MemorySegment from, long offset, long length) {
    return new String(
        from.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
  }

  /** The kernel's call takes no flags before Linux 6.6; the C library makes up for it. */
  static final class Chmod {
    static final MethodHandle FUNCTION = Syscall.function("fchmodat");

    private Chmod() {}
  }
}
