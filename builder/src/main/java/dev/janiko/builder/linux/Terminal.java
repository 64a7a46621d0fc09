package dev.janiko.builder.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** What a descriptor tells of the terminal behind it (ioctl_tty(2)). */
public final class Terminal {
  private static final long TCGETS = 0x5401;
  private static final long TIOCGWINSZ = 0x5413;

  private Terminal() {}

  /** Whether a descriptor, such as 1 or 2, is a terminal. */
  public static boolean isTerminal(int fd) {
    return Syscall.call(SystemCall.IOCTL, fd, TCGETS, Native.scratch().struct.address()) == 0;
  }

  /** The size of a terminal's window; empty if there is no terminal or it does not know. */
  public static Optional<Size> size(int fd) {
    MemorySegment struct = Native.scratch().struct;
    if (Syscall.call(SystemCall.IOCTL, fd, TIOCGWINSZ, struct.address()) < 0) {
      return Optional.empty();
    }
    int rows = Short.toUnsignedInt(struct.get(ValueLayout.JAVA_SHORT, 0));
    int columns = Short.toUnsignedInt(struct.get(ValueLayout.JAVA_SHORT, 2));
    return rows == 0 || columns == 0 ? Optional.empty() : Optional.of(new Size(columns, rows));
  }

  /** Columns and rows of characters, both at least 1. */
  public record Size(int columns, int rows) {}
}
