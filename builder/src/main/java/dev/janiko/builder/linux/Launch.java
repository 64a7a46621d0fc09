package dev.janiko.builder.linux;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts a program with posix_spawn(3) from a thread that first becomes what the program shall be.
 *
 * <p>glibc's posix_spawn is a vfork: the child has the root, credentials, namespaces and umask of
 * the very thread that calls it. Everything is laid out in memory when the launch is made; {@link
 * #run} then only makes calls that are linked already, since after it entered another root the JVM
 * could load nothing. The thread that ran it is spent: it must end.
 *
 * <p>The program gets three descriptors and no other: its input is at its end, its output and
 * errors go into one pipe, so that they keep their order. It leads a session of its own, with no
 * signal blocked or ignored.
 */
public final class Launch implements AutoCloseable {
  /** Where a launch can fail. */
  public enum Phase {
    ROOT,
    DIRECTORY,
    CREDENTIALS,
    LOOKUP,
    EXECUTION
  }

  private static final MethodHandle SPAWN = Syscall.function("posix_spawn");
  private static final MethodHandle ACTIONS_INIT =
      Syscall.function("posix_spawn_file_actions_init");
  private static final MethodHandle ACTIONS_DESTROY =
      Syscall.function("posix_spawn_file_actions_destroy");
  private static final MethodHandle ADD_DUP2 = Syscall.function("posix_spawn_file_actions_adddup2");
  private static final MethodHandle ADD_CLOSE =
      Syscall.function("posix_spawn_file_actions_addclose");
  private static final MethodHandle ADD_CHDIR =
      Syscall.function("posix_spawn_file_actions_addchdir_np");
  private static final MethodHandle ATTR_INIT = Syscall.function("posix_spawnattr_init");
  private static final MethodHandle ATTR_FLAGS = Syscall.function("posix_spawnattr_setflags");
  private static final MethodHandle ATTR_MASK = Syscall.function("posix_spawnattr_setsigmask");
  private static final MethodHandle ATTR_DEFAULT =
      Syscall.function("posix_spawnattr_setsigdefault");
  private static final Optional<MethodHandle> ADD_CLOSE_FROM =
      Native.optionalWithErrno("posix_spawn_file_actions_addclosefrom_np", Syscall.SHAPE);

  private static final long SET_SIGNAL_DEFAULTS = 0x04;
  private static final long SET_SIGNAL_MASK = 0x08;
  private static final long SET_SESSION = 0x80;
  private static final long AT_FDCWD = -100;
  private static final long MAY_EXECUTE = 1;
  private static final long O_PATH_CLOEXEC = 0x280000;
  private static final int ACTIONS_BYTES = 512;
  private static final int ATTRIBUTES_BYTES = 1024;
  private static final int SIGNALS_BYTES = 128;
  private static final int FIRST_OTHER_FD = 3;

  private final Arena arena = Arena.ofShared();
  private final Confinement confinement;
  private final long actions;
  private final long attributes;
  private final long arguments;
  private final long environment;
  private final long directory;
  private final long dot;
  private final long slash;
  private final long pid;
  private final long groups;
  private final int groupCount;
  private final long[] candidates;
  private final MemorySegment pidCell;

  private Phase phase = Phase.ROOT;
  private int errno;

  private Launch(Program program, Confinement confinement, Pipe input, Pipe output)
      throws LinuxException {
    this.confinement = confinement;
    actions = arena.allocate(ACTIONS_BYTES, 16).address();
    attributes = arena.allocate(ATTRIBUTES_BYTES, 16).address();
    arguments = vector(program.arguments());
    environment = vector(program.environment());
    directory = string(program.directory().bytes());
    dot = string(new byte[] {'.'});
    slash = string(new byte[] {'/'});
    pidCell = arena.allocate(8, 8);
    pid = pidCell.address();
    List<Long> ids = confinement.credentials().groups();
    groupCount = ids.size();
    MemorySegment groupCells = arena.allocate(4L * groupCount + 4, 4);
    for (int i = 0; i < groupCount; i++) {
      groupCells.setAtIndex(ValueLayout.JAVA_INT, i, ids.get(i).intValue());
    }
    groups = groupCells.address();
    candidates = program.candidates().stream().mapToLong(path -> string(path.bytes())).toArray();
    layOutFileActions(input.readEnd(), output.writeEnd());
    layOutAttributes();
  }

  /**
   * Lays out a launch.
   *
   * @param input a pipe whose write end is closed, or who holds it feeds the program
   * @param output where it writes
   */
  public static Launch prepare(Program program, Confinement confinement, Pipe input, Pipe output)
      throws IOException {
    requireNonNull(program, "program is null");
    requireNonNull(confinement, "confinement is null");
    return new Launch(program, confinement, input, output);
  }

  /**
   * Becomes what the confinement says and starts the program, on the calling thread.
   *
   * <p>Answers rather than throws: see {@link #failure} and {@link #child}.
   *
   * @return whether it runs
   */
  public boolean run() {
    long answer = become();
    if (answer < 0) {
      errno = (int) -answer;
      return false;
    }
    phase = Phase.LOOKUP;
    errno = Errno.ENOENT.number();
    for (long candidate : candidates) {
      long found = executable(candidate);
      if (found >= 0) {
        phase = Phase.EXECUTION;
        errno = spawn(candidate);
        return errno == 0;
      }
      if (!Syscall.is(found, Errno.ENOENT) && !Syscall.is(found, Errno.ENOTDIR)) {
        errno = (int) -found;
      }
    }
    return false;
  }

  /** The program that {@link #run} started. */
  public Child child() {
    if (phase != Phase.EXECUTION || errno != 0) {
      throw new IllegalStateException("nothing was started");
    }
    return new Child(pidCell.get(ValueLayout.JAVA_INT, 0));
  }

  /** What {@link #run} could not do. */
  public Failure failure() {
    return new Failure(phase, new Errno(errno));
  }

  private long become() {
    PathFd root = confinement.root();
    if (root != null) {
      long answer = Mounts.enterRoot(root, dot, slash);
      if (answer < 0) {
        return answer;
      }
      Syscall.call(SystemCall.UMASK, confinement.umask());
      phase = Phase.DIRECTORY;
      answer = Syscall.call(SystemCall.CHDIR, directory);
      if (answer < 0) {
        return answer;
      }
    }
    phase = Phase.CREDENTIALS;
    return becomeUser();
  }

  private long becomeUser() {
    boolean limited = confinement.capabilities() != -1;
    long answer = limited ? Capabilities.limitBounding(confinement.capabilities()) : 0;
    if (answer < 0) {
      return answer;
    }
    answer = Syscall.call(SystemCall.SETGROUPS, groupCount, groups);
    if (answer < 0) {
      return answer;
    }
    long gid = confinement.credentials().gid();
    answer = Syscall.call(SystemCall.SETRESGID, gid, gid, gid);
    if (answer < 0) {
      return answer;
    }
    long uid = confinement.credentials().uid();
    answer = Syscall.call(SystemCall.SETRESUID, uid, uid, uid);
    if (answer < 0) {
      return answer;
    }
    return Capabilities.limitTo(limited ? confinement.capabilities() : -1);
  }

  /** Zero if a path may be executed and is no directory, else a negative errno. */
  private long executable(long path) {
    long answer = Syscall.call(SystemCall.FACCESSAT, AT_FDCWD, path, MAY_EXECUTE);
    if (answer < 0) {
      return answer;
    }
    long flags = O_PATH_CLOEXEC | PathFd.directoryFlag();
    long asDirectory = Syscall.call(SystemCall.OPENAT, AT_FDCWD, path, flags);
    if (asDirectory < 0) {
      return 0;
    }
    Syscall.call(SystemCall.CLOSE, asDirectory);
    return -Errno.EISDIR.number();
  }

  private int spawn(long path) {
    if (confinement.root() != null) {
      return posixSpawn(path);
    }
    // The umask here is the whole JVM's: it is changed for the moment that the vfork takes.
    long before = Syscall.call(SystemCall.UMASK, confinement.umask());
    int result = posixSpawn(path);
    Syscall.call(SystemCall.UMASK, before);
    return result;
  }

  private int posixSpawn(long path) {
    return (int) Syscall.invoke(SPAWN, pid, path, actions, attributes, arguments, environment);
  }

  private void layOutFileActions(int input, int output) throws LinuxException {
    check(Syscall.invoke(ACTIONS_INIT, actions, 0, 0, 0, 0, 0), "posix_spawn_file_actions_init");
    addDup2(input, 0);
    addDup2(output, 1);
    addDup2(output, 2);
    if (ADD_CLOSE_FROM.isPresent()) {
      check(
          Syscall.invoke(ADD_CLOSE_FROM.get(), actions, FIRST_OTHER_FD, 0, 0, 0, 0),
          "posix_spawn_file_actions_addclosefrom_np");
    } else {
      for (int fd : openDescriptors()) {
        check(
            Syscall.invoke(ADD_CLOSE, actions, fd, 0, 0, 0, 0),
            "posix_spawn_file_actions_addclose");
      }
    }
    if (confinement.root() == null) {
      check(
          Syscall.invoke(ADD_CHDIR, actions, directory, 0, 0, 0, 0),
          "posix_spawn_file_actions_addchdir_np");
    }
  }

  private void addDup2(int from, int to) throws LinuxException {
    if (from < FIRST_OTHER_FD) {
      throw new LinuxException(
          "dup2(" + from + ", " + to + "), standard streams are closed", Errno.EBADF);
    }
    check(Syscall.invoke(ADD_DUP2, actions, from, to, 0, 0, 0), "posix_spawn_file_actions_adddup2");
  }

  /** For C libraries that cannot close a range: what is open now, as not all of it is ours. */
  private static List<Integer> openDescriptors() throws LinuxException {
    List<Integer> open = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path entry : entries) {
        int fd = Integer.parseInt(String.valueOf(entry.getFileName()));
        if (fd >= FIRST_OTHER_FD) {
          open.add(fd);
        }
      }
    } catch (IOException e) {
      LinuxException failure = new LinuxException("list(/proc/self/fd)", Errno.EIO);
      failure.initCause(e);
      throw failure;
    }
    return open;
  }

  private void layOutAttributes() throws LinuxException {
    check(Syscall.invoke(ATTR_INIT, attributes, 0, 0, 0, 0, 0), "posix_spawnattr_init");
    long none = arena.allocate(SIGNALS_BYTES, 16).address();
    MemorySegment all = arena.allocate(SIGNALS_BYTES, 16).fill((byte) 0xff);
    check(Syscall.invoke(ATTR_MASK, attributes, none, 0, 0, 0, 0), "posix_spawnattr_setsigmask");
    check(
        Syscall.invoke(ATTR_DEFAULT, attributes, all.address(), 0, 0, 0, 0),
        "posix_spawnattr_setsigdefault");
    long flags = SET_SIGNAL_DEFAULTS | SET_SIGNAL_MASK | SET_SESSION;
    check(Syscall.invoke(ATTR_FLAGS, attributes, flags, 0, 0, 0, 0), "posix_spawnattr_setflags");
  }

  private static void check(long answer, String what) throws LinuxException {
    if ((int) answer != 0) {
      throw new LinuxException(what, new Errno((int) answer));
    }
  }

  private long vector(List<byte[]> strings) {
    MemorySegment cells = arena.allocate(8L * (strings.size() + 1), 8);
    for (int i = 0; i < strings.size(); i++) {
      cells.setAtIndex(ValueLayout.JAVA_LONG, i, string(strings.get(i)));
    }
    return cells.address();
  }

  private long string(byte[] bytes) {
    String raw = new String(bytes, StandardCharsets.ISO_8859_1);
    return arena.allocateFrom(raw, StandardCharsets.ISO_8859_1).address();
  }

  @Override
  public void close() {
    Syscall.invoke(ACTIONS_DESTROY, actions, 0, 0, 0, 0, 0);
    arena.close();
  }

  /**
   * Why a launch did not come to a running program.
   *
   * @param phase what was being done; LOOKUP with ENOENT: no candidate exists, with another error:
   *     one exists but may not be executed
   * @param errno what the kernel answered
   */
  public record Failure(Phase phase, Errno errno) {}
}
