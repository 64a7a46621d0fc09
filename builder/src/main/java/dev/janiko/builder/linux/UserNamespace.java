package dev.janiko.builder.linux;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Starts a program as root of a user namespace of its own, with mounts of its own.
 *
 * <p>A process of several threads, as every JVM is, cannot enter one; what it starts can. The new
 * process waits, while it still shares this one's memory, until its users are told by another
 * thread; then it tries whether it may mount, and executes the program with this process's standard
 * streams, working directory and process group. It is killed when this process ends.
 */
public final class UserNamespace {
  private static final long PR_SET_PDEATHSIG = 1;
  private static final long CLONE_NEWUSER = 0x1000_0000;
  private static final long CLONE_NEWNS = 0x2_0000;
  private static final long RECURSIVE_PRIVATE = 0x4000 | 0x4_0000;
  private static final long BIND = 0x1000;
  private static final int FIRST_OTHER_FD = 3;
  private static final int NOT_EXECUTED = 127;
  private static final VarHandle PID = ValueLayout.JAVA_INT.varHandle();

  private UserNamespace() {}

  /** What was being done when the place refused. */
  public enum Phase {
    /** clone(2) with CLONE_NEWUSER. */
    NAMESPACE,
    /** Telling the users, by newuidmap(1) or /proc. */
    USERS,
    /** Mounting in it. */
    MOUNTS,
    /** Executing the program. */
    EXECUTION
  }

  /** What came of it. */
  public sealed interface Outcome {
    /** The program runs; whoever waits for it gets its exit status. */
    record Running(Child child, FutureTask<ExitStatus> life) implements Outcome {}

    /** All went well, and there was nothing to run. */
    record Possible() implements Outcome {}

    /** It may not be. */
    record Refused(Phase phase, String reason) implements Outcome {}
  }

  /** Tells the kernel which users a namespace has. */
  @FunctionalInterface
  public interface Mapping {
    /**
     * Writes the maps of a process that waits.
     *
     * @throws IOException if it may not be
     */
    void write(int pid) throws IOException;
  }

  /**
   * Whether the place refuses user namespaces at first sight, by a filter of system calls.
   *
   * @return the error; empty if it is worth a try
   */
  public static Optional<Errno> refusal() {
    long answer = Syscall.call(SystemCall.UNSHARE, CLONE_NEWUSER);
    // To a process of several threads this is the kernel's first answer.
    return answer >= 0 || Syscall.is(answer, Errno.EINVAL)
        ? Optional.empty()
        : Optional.of(new Errno((int) -answer));
  }

  /** This process's effective user. */
  public static long user() {
    return Syscall.call(SystemCall.GETEUID, 0);
  }

  /** This process's effective group. */
  public static long group() {
    return Syscall.call(SystemCall.GETEGID, 0);
  }

  /** Maps written by this process itself. */
  public static void write(int pid, UserIds ids) throws IOException {
    Path process = Path.of("/proc", Integer.toString(pid));
    if (ids.count() == 1) {
      Files.writeString(process.resolve("setgroups"), "deny");
    }
    Files.writeString(process.resolve("gid_map"), lines(ids.groups()));
    Files.writeString(process.resolve("uid_map"), lines(ids.users()));
  }

  private static String lines(Iterable<UserIds.Range> ranges) {
    StringBuilder text = new StringBuilder();
    for (UserIds.Range range : ranges) {
      text.append(range.inside()).append(' ').append(range.outside()).append(' ');
      text.append(range.count()).append('\n');
    }
    return text.toString();
  }

  /**
   * Makes the namespace and starts a program in it.
   *
   * @param program its first candidate is executed; empty to try only
   */
  public static Outcome enter(Optional<Program> program, Mapping mapping) throws IOException {
    requireNonNull(program, "program is null");
    requireNonNull(mapping, "mapping is null");
    Start start = new Start(program, mapping);
    FutureTask<ExitStatus> life = new FutureTask<>(start::live);
    Thread.ofPlatform().name("user-namespace").daemon().start(life);
    return start.outcome(life);
  }

  /** One start: the thread that sleeps until the program runs, and the one that tells the users. */
  private static final class Start {
    private final Optional<Program> program;
    private final Mapping mapping;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final CompletableFuture<Child> running = new CompletableFuture<>();
    private volatile Optional<String> unmapped = Optional.empty();

    private Start(Optional<Program> program, Mapping mapping) {
      this.program = program;
      this.mapping = mapping;
    }

    private Outcome outcome(FutureTask<ExitStatus> life) throws IOException {
      try {
        Outcome found = outcome.get();
        return found instanceof Outcome.Possible && running.isDone()
            ? new Outcome.Running(running.get(), life)
            : found;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Outcome.Refused(Phase.NAMESPACE, "interrupted");
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      }
    }

    private ExitStatus live() throws IOException {
      try (Arena arena = Arena.ofShared();
          Pipe gate = Pipe.open();
          Pipe report = Pipe.open()) {
        MemorySegment cell = arena.allocate(16, 8);
        ChildCalls calls = new ChildCalls(arena);
        layOut(calls, arena, gate, report);
        Thread mapper = Thread.ofPlatform().name("user-ids").daemon().start(() -> map(cell, gate));
        long pid = calls.startInUserNamespace(cell.address());
        int errno = Native.scratch().lastErrno();
        if (pid < 0) {
          mapper.interrupt();
        }
        join(mapper);
        report.closeWriteEnd();
        return settle((int) pid, errno, told(report, cell));
      } catch (IOException | RuntimeException | Error e) {
        outcome.completeExceptionally(e);
        throw e;
      }
    }

    private static void join(Thread thread) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** The errno of what was done before the program; -1 if it did not come so far. */
    private static int told(Pipe report, MemorySegment cell) {
      long count = Syscall.callAgain(SystemCall.READ, report.readEnd(), cell.address() + 8, 4, 0);
      return count == 4 ? cell.get(ValueLayout.JAVA_INT, 8) : -1;
    }

    private ExitStatus settle(int pid, int errno, int setup) throws IOException {
      if (pid < 0) {
        return refused(Phase.NAMESPACE, "clone(CLONE_NEWUSER): " + text(-pid));
      }
      Child child = new Child(pid);
      if (setup != 0) {
        child.kill(Child.KILL);
        child.waitFor();
        return unmapped.isPresent()
            ? refused(Phase.USERS, unmapped.get())
            : refused(Phase.MOUNTS, "mount(MS_BIND): " + (setup < 0 ? "killed" : text(setup)));
      }
      if (program.isEmpty()) {
        outcome.complete(new Outcome.Possible());
        return child.waitFor();
      }
      if (errno != 0) {
        child.waitFor();
        return refused(Phase.EXECUTION, "execve: " + text(errno));
      }
      running.complete(child);
      outcome.complete(new Outcome.Possible());
      return child.waitFor();
    }

    private static String text(int errno) {
      return new Errno(errno).text();
    }

    private ExitStatus refused(Phase phase, String reason) {
      outcome.complete(new Outcome.Refused(phase, reason));
      return new ExitStatus.Exited(NOT_EXECUTED);
    }

    /** Waits for the new process to be there, and opens the gate when its users are. */
    private void map(MemorySegment cell, Pipe gate) {
      int pid = 0;
      while (pid == 0) {
        if (Thread.interrupted()) {
          return;
        }
        Thread.onSpinWait();
        pid = (int) PID.getVolatile(cell, 0L);
      }
      try {
        mapping.write(pid);
      } catch (IOException | RuntimeException e) {
        unmapped = Optional.of(String.valueOf(e.getMessage()));
        Syscall.call(SystemCall.KILL, pid, Child.KILL);
        return;
      }
      Syscall.call(SystemCall.WRITE, gate.writeEnd(), cell.address(), 1);
    }

    private void layOut(ChildCalls calls, Arena arena, Pipe gate, Pipe report) throws IOException {
      long scrap = arena.allocate(8).address();
      long slash = arena.allocateFrom("/").address();
      long device = arena.allocateFrom("/dev/null").address();
      calls.add(SystemCall.PRCTL, PR_SET_PDEATHSIG, Child.KILL, 0);
      calls.add(SystemCall.READ, gate.readEnd(), scrap, 1);
      calls.add(SystemCall.UNSHARE, CLONE_NEWNS, 0, 0);
      calls.add(SystemCall.MOUNT, 0, slash, 0, RECURSIVE_PRIVATE, 0);
      calls.add(SystemCall.MOUNT, device, device, 0, BIND, 0);
      if (program.isPresent()) {
        calls.resetSignals();
        calls.closeOthers(FIRST_OTHER_FD);
      }
      calls.add(SystemCall.WRITE, report.writeEnd(), calls.errnoCell(), 4);
      calls.zeroErrno();
      if (program.isPresent()) {
        Program it = program.get();
        long path = ChildCalls.string(arena, it.candidates().getFirst().bytes());
        long arguments = calls.vector(it.arguments());
        calls.add(SystemCall.EXECVE, path, arguments, calls.vector(it.environment()));
      }
      calls.add(SystemCall.EXIT, NOT_EXECUTED, 0, 0);
      calls.layOut();
    }
  }
}
