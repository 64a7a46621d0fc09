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

  private final int pid;
  private boolean ended;

  Child(int pid) {
    this.pid = pid;
  }

  /** Its number in the JVM's process namespace. */
  public int pid() {
    return pid;
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
        return reap(status);
      }
    }
  }

  private synchronized ExitStatus reap(MemorySegment status) throws LinuxException {
    check(Syscall.call(SystemCall.WAIT4, pid, status.address(), WALL, 0), "wait4");
    ended = true;
    return ExitStatus.ofWait(status.get(ValueLayout.JAVA_INT, 0));
  }

  private void check(long answer, String call) throws LinuxException {
    Syscall.check(answer, call + "(" + pid + ")");
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
