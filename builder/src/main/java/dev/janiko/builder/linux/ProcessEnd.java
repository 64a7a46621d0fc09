package dev.janiko.builder.linux;

import java.lang.invoke.MethodHandle;

/** Ending this process at once (_exit(2)). */
public final class ProcessEnd {
  private static final MethodHandle EXIT = Syscall.function("_exit");

  private ProcessEnd() {}

  /**
   * Ends the process without the Java runtime's farewell: no shutdown hook runs, nothing buffered
   * is written. For when all is done and closed: the runtime would wait a third of a second for
   * threads that are inside system calls, such as those that watch sockets.
   *
   * @param code the exit code, 0 to 255
   */
  public static void now(int code) {
    Syscall.invoke(EXIT, code, 0, 0, 0, 0, 0);
    throw new IllegalStateException("_exit returned");
  }
}
