package dev.janiko.builder.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A process that was started here and is still to be waited for.
 *
 * <p>Waiting is for one thread; killing is safe from any thread at any time, also after the end.
 */
public final class Child {
  /** The signal that cannot be refused. */
  public static final int KILL = 9;

  private static final long P_PID = 1;
  private static final long WEXITED = 0x4;
  private static final long WNOWAIT = 0x100_0000;
  private static final long WALL = 0x4000_0000;
  private static final int SIGINFO_BYTES = 128;
  private static final int CODE_OFFSET = 8;
  private static final int TRAPPED = 4;
  private static final long PTRACE_CONT = 7;
  private static final long PTRACE_SEIZE = 0x4206;
  private static final long PTRACE_LISTEN = 0x4208;
  private static final long EXIT_KILL = 0x10_0000;
  private static final int EVENT_STOP = 128;
  private static final int SIGTRAP = 5;

  private final int pid;
  private boolean ended;

  Child(int pid) {
    this.pid = pid;
  }

  /** Its number in the JVM's process namespace. */
  public int pid() {
    return pid;
  }

  /**
   * Has the kernel kill it should the calling thread end, in particular with the whole JVM.
   *
   * <p>Done by tracing it (PTRACE_O_EXITKILL), so the same thread must {@link #waitFor} it. A
   * kernel that allows no tracing makes this do nothing.
   *
   * @return whether it is tied
   */
  public boolean tieToThread() {
    return Syscall.call(SystemCall.PTRACE, PTRACE_SEIZE, pid, 0, EXIT_KILL) >= 0;
  }

  /** Waits for its end; not interruptible, kill it to be done. */
  public ExitStatus waitFor() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(SIGINFO_BYTES, 8);
      MemorySegment status = arena.allocate(8, 8);
      while (true) {
        long answer =
            Syscall.call(
                SystemCall.WAITID, P_PID, pid, info.address(), WEXITED | WNOWAIT | WALL, 0);
        if (Syscall.is(answer, Errno.EINTR)) {
          continue;
        }
        check(answer, "waitid");
        if (info.get(ValueLayout.JAVA_INT, CODE_OFFSET) == TRAPPED) {
          resume(status);
        } else {
          return reap(status);
        }
      }
    }
  }

  private synchronized ExitStatus reap(MemorySegment status) throws LinuxException {
    check(Syscall.call(SystemCall.WAIT4, pid, status.address(), WALL, 0), "wait4");
    ended = true;
    return ExitStatus.ofWait(status.get(ValueLayout.JAVA_INT, 0));
  }

  /** Lets a traced process go on after a signal reached it, with that signal. */
  private void resume(MemorySegment cell) throws LinuxException {
    check(Syscall.call(SystemCall.WAIT4, pid, cell.address(), WALL, 0), "wait4");
    int status = cell.get(ValueLayout.JAVA_INT, 0);
    int signal = status >> 8 & 0xff;
    boolean event = status >> 16 == EVENT_STOP;
    if (!event) {
      Syscall.call(SystemCall.PTRACE, PTRACE_CONT, pid, 0, signal);
    } else if (signal == SIGTRAP) {
      Syscall.call(SystemCall.PTRACE, PTRACE_CONT, pid, 0, 0);
    } else {
      Syscall.call(SystemCall.PTRACE, PTRACE_LISTEN, pid, 0, 0);
    }
  }

  private void check(long answer, String call) throws LinuxException {
    if (answer < 0) {
      throw Syscall.failure(answer, call + "(" + pid + ")");
    }
  }

  /** Sends a signal; does nothing once the process was waited for. */
  public synchronized void kill(int signal) {
    if (!ended) {
      Syscall.call(SystemCall.KILL, pid, signal);
    }
  }

  /** Sends a signal to the process and all that still belong to its group. */
  public synchronized void killGroup(int signal) {
    if (!ended) {
      Syscall.call(SystemCall.KILL, -pid, signal);
    }
  }
}
