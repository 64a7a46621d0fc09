package dev.janiko.builder.linux;

/** How a process ended. */
public sealed interface ExitStatus {
  /** The code as shells give it: 128 and the signal's number for a killed one. */
  int code();

  /** Whether it ended with code 0. */
  default boolean success() {
    return code() == 0;
  }

  /** Ended by itself, with a code of 0 to 255. */
  record Exited(int code) implements ExitStatus {}

  /** Ended by a signal. */
  record Killed(int signal) implements ExitStatus {
    private static final int SHELL_BASE = 128;

    @Override
    public int code() {
      return SHELL_BASE + signal;
    }
  }

  /** From the status word of wait(2). */
  static ExitStatus ofWait(int status) {
    int signal = status & 0x7f;
    return signal == 0 ? new Exited(status >> 8 & 0xff) : new Killed(signal);
  }
}
