package dev.janiko.builder.fakeroot;

import dev.janiko.builder.linux.CallersRoot;
import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.Ledger;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.SystemCallListener;
import dev.janiko.builder.linux.TracedInode;
import dev.janiko.builder.linux.Tracees;
import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The call that waits for an answer, and who made it. Used by one thread. */
final class Caller implements AutoCloseable {
  static final int AT_FDCWD = -100;
  static final long AT_SYMLINK_NOFOLLOW = 0x100;
  static final long AT_EMPTY_PATH = 0x1000;

  private static final Errno EBADF = Errno.EBADF;
  private static final List<String> STANDARD_STREAMS =
      List.of("/dev/stdin", "/dev/stdout", "/dev/stderr");

  private final SystemCallListener listener;
  private final Tracees tracees;
  private final Identities identities;
  private final Ledger ledger;
  private final boolean hasRootOfItsOwn;
  private @Nullable CallersRoot root;

  /**
   * Sets up.
   *
   * @param hasRootOfItsOwn whether its root is not this process's
   */
  Caller(
      SystemCallListener listener, Identities identities, Ledger ledger, boolean hasRootOfItsOwn) {
    this.listener = listener;
    this.tracees = identities.tracees();
    this.identities = identities;
    this.ledger = ledger;
    this.hasRootOfItsOwn = hasRootOfItsOwn;
  }

  /** A path of this process, and the flags with which it leads where the caller's path leads. */
  record Reached(String path, long flags) {
    boolean follow() {
      return (flags & AT_SYMLINK_NOFOLLOW) == 0;
    }
  }

  /** Says that nothing can be found out about the caller, which keeps others out. */
  static final class UnreachableException extends IOException {
    private static final long serialVersionUID = 1;

    private UnreachableException(LinuxException cause) {
      super(String.valueOf(cause.getMessage()), cause);
    }
  }

  /** Whether its root is not this process's. */
  boolean hasRootOfItsOwn() {
    return hasRootOfItsOwn;
  }

  Ledger ledger() {
    return ledger;
  }

  Tracees tracees() {
    return tracees;
  }

  SystemCallListener listener() {
    return listener;
  }

  int thread() {
    return listener.thread();
  }

  long word(int argument) {
    return listener.argument(argument);
  }

  int number(int argument) {
    return (int) listener.argument(argument);
  }

  /** An argument as a user or group. */
  long id(int argument) {
    return listener.argument(argument) & 0xffff_ffffL;
  }

  Identity identity() {
    return identities.of(thread());
  }

  Identity identityOf(int process) {
    return identities.of(process == 0 ? thread() : process);
  }

  void become(Identity identity) throws LinuxException {
    identities.change(thread(), identity);
  }

  /** A string in the caller's memory. */
  String string(int argument) throws IOException {
    return stringAt(word(argument));
  }

  /** A string at an address of the caller's memory. */
  String stringAt(long address) throws IOException {
    try {
      return tracees.string(thread(), address);
    } catch (LinuxException e) {
      throw told(e);
    }
  }

  /** Bytes in the caller's memory, little-endian. */
  ByteBuffer bytes(long address, int length) throws IOException {
    try {
      byte[] bytes = tracees.bytes(thread(), address, length);
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    } catch (LinuxException e) {
      throw told(e);
    }
  }

  void write(long address, byte[] bytes) throws IOException {
    try {
      tracees.write(thread(), address, bytes);
    } catch (LinuxException e) {
      throw told(e);
    }
  }

  /** Writes numbers of 32 bits. */
  void writeNumbers(long address, List<Long> numbers) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.size()).order(ByteOrder.LITTLE_ENDIAN);
    numbers.forEach(number -> bytes.putInt(number.intValue()));
    write(address, bytes.array());
  }

  private static IOException told(LinuxException e) {
    boolean isOurs = e.errno().number() == 14 || e.errno().equals(Errno.ENAMETOOLONG);
    return isOurs ? e : new UnreachableException(e);
  }

  /**
   * Where the caller's path leads.
   *
   * @param directory the descriptor that a relative path starts at
   * @param flags AT_SYMLINK_NOFOLLOW or none
   */
  Reached reach(int directory, String path, long flags) throws LinuxException {
    String own = "/proc/" + thread();
    String start = directory == AT_FDCWD ? own + "/cwd" : own + "/fd/" + directory;
    if (path.isEmpty()) {
      return new Reached(start, flags);
    }
    if (!path.startsWith("/")) {
      return hasRootOfItsOwn
          ? inRoot(CallersRoot.place(start) + "/" + path, flags)
          : new Reached(start + "/" + path, flags);
    }
    // Only who follows the link of a stream means the stream.
    boolean link = STANDARD_STREAMS.contains(path) && (flags & AT_SYMLINK_NOFOLLOW) != 0;
    String absolute = link ? path : absolute(own, path);
    return hasRootOfItsOwn && absolute.equals(path)
        ? inRoot(path, flags)
        : new Reached(absolute, flags);
  }

  private Reached inRoot(String path, long flags) throws LinuxException {
    return new Reached(root().reach(path, (flags & AT_SYMLINK_NOFOLLOW) == 0), 0);
  }

  private CallersRoot root() throws LinuxException {
    CallersRoot known = root;
    if (known == null) {
      known = CallersRoot.of(thread(), ledger);
      root = known;
    }
    return known;
  }

  /**
   * Opens the directory that the caller's path leads to, on its root's own file system.
   *
   * @param own this process's root
   */
  Dir directory(int directory, String path, Dir own) throws LinuxException {
    String start = reach(directory, "", 0).path();
    if (hasRootOfItsOwn) {
      boolean absolute = path.startsWith("/");
      return root().openDirectory(absolute ? path : CallersRoot.place(start) + "/" + path);
    }
    if (path.startsWith("/")) {
      String below = path.replaceAll("^/+", "");
      return below.isEmpty() ? own.duplicate() : own.openNear(below);
    }
    try (Dir base = Dir.open(UnixPath.ofRaw(start), ledger)) {
      return path.isEmpty() ? base.duplicate() : base.openNear(path);
    }
  }

  /** Lets go of what was reached for the call before. */
  void release() {
    if (root != null) {
      root.release();
    }
  }

  @Override
  public void close() {
    if (root != null) {
      root.close();
    }
  }

  /** To this process, names of the caller itself would be its own. */
  private static String absolute(String own, String path) {
    if (path.startsWith("/proc/self/")) {
      return own + path.substring("/proc/self".length());
    }
    if (path.startsWith("/proc/thread-self/")) {
      return own + path.substring("/proc/thread-self".length());
    }
    if (path.startsWith("/dev/fd/")) {
      return own + path.substring("/dev".length());
    }
    int stream = STANDARD_STREAMS.indexOf(path);
    return stream < 0 ? path : own + "/fd/" + stream;
  }

  /** Holds what a path of the caller leads to. */
  TracedInode at(int directory, String path, boolean follow) throws LinuxException {
    boolean whole = follow || path.isEmpty();
    Reached reached = reach(directory, path, whole ? 0 : AT_SYMLINK_NOFOLLOW);
    return TracedInode.open(reached.path(), reached.follow(), ledger);
  }

  /** Holds what a path of the caller leads to, from its working directory. */
  TracedInode at(String path, boolean follow) throws LinuxException {
    if (path.isEmpty()) {
      throw new LinuxException("an empty path", Errno.ENOENT);
    }
    return at(AT_FDCWD, path, follow);
  }

  /** Holds what a path means to the calls that take a directory and flags. */
  TracedInode at(int directory, String path, long flags) throws LinuxException {
    if (path.isEmpty() && (flags & AT_EMPTY_PATH) == 0) {
      throw new LinuxException("an empty path", Errno.ENOENT);
    }
    return at(directory, path, (flags & AT_SYMLINK_NOFOLLOW) == 0);
  }

  /** Holds what a descriptor of the caller is. */
  TracedInode descriptor(int number) throws LinuxException {
    try {
      return at(number, "", true);
    } catch (LinuxException e) {
      throw e.errno().equals(Errno.ENOENT) ? new LinuxException("descriptor", EBADF) : e;
    }
  }
}
