package dev.janiko.builder.linux;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts a program from a thread that first becomes what the program shall be.
 *
 * <p>The new process has the root, credentials and namespaces of the very thread that makes it.
 * Everything is laid out in memory when the launch is prepared; {@link #run} then only makes calls
 * that were made before ({@link WarmUp}), since after it entered another root the JVM could load
 * nothing. The thread is spent then; the program is killed when it ends, so it should do nothing
 * but wait for the program.
 *
 * <p>The program gets three descriptors and no other: its input is at its end, its output and
 * errors go into one pipe, so that they keep their order. It leads a session of its own, with no
 * signal blocked or ignored.
 */
public final class Launch implements AutoCloseable {
  /** Where a launch can fail. */
  public enum Phase {
    ROOT,
    CREDENTIALS,
    DIRECTORY,
    LOOKUP,
    SETUP,
    EXECUTION
  }

  private static final long MAY_EXECUTE = 1;
  private static final long PR_SET_PDEATHSIG = 1;
  private static final int FIRST_OTHER_FD = 3;
  private static final int NOT_EXECUTED = 127;

  private final Arena arena = Arena.ofShared();
  private final Program program;
  private final Confinement confinement;
  private final Pipe report = Pipe.open();
  private final ChildCalls calls;
  private final long directory;
  private final long dot;
  private final long slash;
  private final MemorySegment executable;
  private final MemorySegment cell;
  private final long groups;
  private final int groupCount;
  private final long[] candidates;
  private final @Nullable Watch watch;
  private final MemorySegment filter;

  private Phase phase = Phase.ROOT;
  private int errno;
  private int pid;

  private Launch(
      Program program, Confinement confinement, @Nullable Watch watch, Pipe input, Pipe output)
      throws IOException {
    this.program = program;
    this.confinement = confinement;
    this.watch = watch;
    filter = watch == null ? MemorySegment.NULL : watch.filter().layOut(arena);
    directory = string(program.directory().bytes());
    dot = string(new byte[] {'.'});
    slash = string(new byte[] {'/'});
    executable = arena.allocate(Native.Scratch.PATH_BYTES);
    cell = arena.allocate(8, 8);
    List<Long> ids = confinement.credentials().groups();
    groupCount = ids.size();
    MemorySegment groupCells = arena.allocate(4L * groupCount + 4, 4);
    for (int i = 0; i < groupCount; i++) {
      groupCells.setAtIndex(ValueLayout.JAVA_INT, i, ids.get(i).intValue());
    }
    groups = groupCells.address();
    candidates =
        program.candidates().stream()
            .filter(path -> path.raw().length() < Native.Scratch.PATH_BYTES)
            .mapToLong(path -> string(path.bytes()))
            .toArray();
    calls = new ChildCalls(arena);
    try {
      layOutCalls(program, input.readEnd(), output.writeEnd());
    } catch (IOException | RuntimeException e) {
      free();
      throw e;
    }
  }

  /**
   * Lays out a launch, on the thread that will run it.
   *
   * @param input a pipe whose write end is closed, or who holds it feeds the program
   * @param output where it writes
   */
  public static Launch prepare(Program program, Confinement confinement, Pipe input, Pipe output)
      throws IOException {
    requireNonNull(program, "program is null");
    requireNonNull(confinement, "confinement is null");
    return new Launch(program, confinement, null, input, output);
  }

  /**
   * The same for a program that stays this process's user, whose calls are watched.
   *
   * @param watch is put on the thread that runs the launch, for good
   */
  public static Launch prepare(Program program, Watch watch, Pipe input, Pipe output)
      throws IOException {
    requireNonNull(program, "program is null");
    requireNonNull(watch, "watch is null");
    return new Launch(program, Confinement.as(Credentials.ROOT), watch, input, output);
  }

  /**
   * The same in another root.
   *
   * @param confinement whose credentials are what the watched program believes, if it is told so
   */
  public static Launch prepare(
      Program program, Confinement confinement, Watch watch, Pipe input, Pipe output)
      throws IOException {
    requireNonNull(program, "program is null");
    requireNonNull(confinement, "confinement is null");
    requireNonNull(watch, "watch is null");
    return new Launch(program, confinement, watch, input, output);
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
        return execute(candidate);
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
    return new Child(pid);
  }

  /** What {@link #run} could not do. */
  public Failure failure() {
    return new Failure(phase, new Errno(errno));
  }

  private long become() {
    if (watch != null) {
      // Before the root is another: what takes the listener may have to load classes.
      long watched = becomeWatched(watch);
      if (watched < 0) {
        return watched;
      }
    }
    Dir root = confinement.root();
    if (root != null && !confinement.byChroot()) {
      phase = Phase.ROOT;
      long answer = Mounts.enterRoot(root.descriptor.number(), dot, slash);
      if (answer < 0) {
        return answer;
      }
      phase = Phase.DIRECTORY;
      answer = Syscall.call(SystemCall.CHDIR, directory);
      if (answer < 0) {
        return answer;
      }
    }
    if (watch != null) {
      return 0;
    }
    phase = Phase.CREDENTIALS;
    return becomeUser();
  }

  private long becomeWatched(Watch by) {
    phase = Phase.SETUP;
    if (confinement.capabilities() != -1) {
      long mask = confinement.capabilities();
      long answer = Capabilities.limitBounding(mask);
      answer = answer < 0 ? answer : Capabilities.limitTo(mask | 1L << Capabilities.SYS_ADMIN);
      if (answer < 0) {
        return answer;
      }
    }
    long listener = SystemCallFilter.install(filter);
    if (listener >= 0) {
      try {
        by.listening().accept(new SystemCallListener(listener));
      } catch (IOException e) {
        return -Errno.EIO.number();
      }
    }
    return listener;
  }

  /**
   * Takes the user on, with a bounding set that lets no other capability through execve(2). Until
   * then the process keeps the one it needs to mount.
   */
  private long becomeUser() {
    long mask = confinement.capabilities();
    long answer = mask == -1 ? 0 : Capabilities.limitBounding(mask);
    if (answer >= 0 && (confinement.byChroot() || !confinement.mounts().isEmpty())) {
      answer = Capabilities.keepOverUserChange();
      mask |= 1L << (confinement.byChroot() ? Capabilities.SYS_CHROOT : Capabilities.SYS_ADMIN);
    }
    if (answer >= 0) {
      answer = Syscall.call(SystemCall.SETGROUPS, groupCount, groups);
    }
    if (answer >= 0) {
      long gid = confinement.credentials().gid();
      answer = Syscall.call(SystemCall.SETRESGID, gid, gid, gid);
    }
    if (answer >= 0) {
      long uid = confinement.credentials().uid();
      answer = Syscall.call(SystemCall.SETRESUID, uid, uid, uid);
    }
    return answer < 0 ? answer : Capabilities.limitTo(mask);
  }

  /** Zero if a path may be executed and is no directory, else a negative errno. */
  private long executable(long path) {
    Dir root = confinement.root();
    return root != null && confinement.byChroot() ? executableIn(root, path) : executableHere(path);
  }

  /** The same for a path in a root that only the new process enters. */
  @SuppressWarnings("restricted")
  private long executableIn(Dir root, long path) {
    String raw =
        MemorySegment.ofAddress(path)
            .reinterpret(Native.Scratch.PATH_BYTES)
            .getString(0, StandardCharsets.ISO_8859_1);
    String whole = raw.startsWith("/") ? raw : program.directory().raw() + "/" + raw;
    try (CallersRoot lookup = CallersRoot.in(root)) {
      return executableHere(string(lookup.reach(whole, true).getBytes(StandardCharsets.US_ASCII)));
    } catch (LinuxException e) {
      return -e.errno().number();
    }
  }

  private long executableHere(long path) {
    long answer = Syscall.call(SystemCall.FACCESSAT, FileFlags.AT_FDCWD, path, MAY_EXECUTE);
    if (answer < 0) {
      return answer;
    }
    long flags = FileFlags.O_PATH | FileFlags.O_CLOEXEC | FileFlags.O_DIRECTORY;
    long asDirectory = Syscall.call(SystemCall.OPENAT, FileFlags.AT_FDCWD, path, flags);
    if (asDirectory < 0) {
      return 0;
    }
    Syscall.call(SystemCall.CLOSE, asDirectory);
    return -Errno.EISDIR.number();
  }

  /** Makes the process; a program that cannot be executed leaves none. */
  boolean execute(long path) {
    phase = Phase.EXECUTION;
    MemorySegment from = MemorySegment.ofAddress(path);
    copy(from, executable);
    long started = calls.start();
    if (started < 0) {
      errno = (int) -started;
      return false;
    }
    pid = (int) started;
    errno = Native.scratch().lastErrno();
    report.closeWriteEnd();
    long told = Syscall.call(SystemCall.READ, report.readEnd(), cell.address(), 4);
    int setup = told == 4 ? cell.get(ValueLayout.JAVA_INT, 0) : Errno.EIO.number();
    if (setup != 0) {
      phase = Phase.SETUP;
      errno = setup;
    }
    if (errno != 0) {
      Syscall.call(SystemCall.KILL, pid, Child.KILL);
      Syscall.call(SystemCall.WAIT4, pid, cell.address());
    }
    return errno == 0;
  }

  @SuppressWarnings("restricted")
  private static void copy(MemorySegment from, MemorySegment to) {
    MemorySegment bytes = from.reinterpret(Native.Scratch.PATH_BYTES);
    for (int i = 0; i < Native.Scratch.PATH_BYTES; i++) {
      byte b = bytes.get(ValueLayout.JAVA_BYTE, i);
      to.set(ValueLayout.JAVA_BYTE, i, b);
      if (b == 0) {
        return;
      }
    }
  }

  private void layOutCalls(Program program, int input, int output) throws IOException {
    if (Math.min(input, output) < FIRST_OTHER_FD) {
      throw new LinuxException("dup3, as standard streams of this process are closed", Errno.EBADF);
    }
    calls.add(SystemCall.PRCTL, PR_SET_PDEATHSIG, Child.KILL, 0);
    calls.add(SystemCall.SETSID, 0, 0, 0);
    calls.resetSignals();
    calls.add(SystemCall.UMASK, confinement.umask(), 0, 0);
    calls.add(SystemCall.DUP3, input, 0, 0);
    calls.add(SystemCall.DUP3, output, 1, 0);
    calls.add(SystemCall.DUP3, output, 2, 0);
    Dir root = confinement.root();
    if (root != null && confinement.byChroot()) {
      calls.add(SystemCall.FCHDIR, root.descriptor.number(), 0, 0);
      calls.add(SystemCall.CHROOT, dot, 0, 0);
    }
    if (root == null || confinement.byChroot()) {
      calls.add(SystemCall.CHDIR, directory, 0, 0);
    }
    calls.closeOthers(FIRST_OTHER_FD);
    for (Mounts.Later mount : confinement.mounts()) {
      long source = string(mount.source().getBytes(StandardCharsets.ISO_8859_1));
      long type = mount.type().isEmpty() ? 0 : arena.allocateFrom(mount.type()).address();
      long target = string(mount.target().bytes());
      calls.add(SystemCall.MOUNT, source, target, type, mount.flags(), 0);
    }
    calls.add(SystemCall.WRITE, report.writeEnd(), calls.errnoCell(), 4);
    calls.zeroErrno();
    long arguments = calls.vector(program.arguments());
    long environment = calls.vector(program.environment());
    calls.add(SystemCall.EXECVE, executable.address(), arguments, environment);
    calls.add(SystemCall.EXIT, NOT_EXECUTED, 0, 0);
    calls.layOut();
  }

  private long string(byte[] bytes) {
    return ChildCalls.string(arena, bytes);
  }

  /** Frees the memory; not while {@link #run} runs. */
  @Override
  public void close() {
    free();
  }

  private void free() {
    report.close();
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
