package dev.janiko.builder.linux;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A descriptor of this process, with the path that it was opened by, for messages.
 *
 * <p>Once closed it is nothing: calls with it fail with EBADF instead of meeting what the kernel
 * has given the number to since. Used by one thread at a time.
 */
final class Descriptor implements AutoCloseable {
  private static final int NOTHING = -1;

  private final String label;
  private final @Nullable Ledger ledger;
  private int number;

  /**
   * Takes over a descriptor.
   *
   * @param label a raw path
   */
  Descriptor(long number, String label) {
    this(number, label, null);
  }

  /**
   * Takes over a descriptor.
   *
   * @param label a raw path
   * @param ledger what may be other than the kernel has it
   */
  Descriptor(long number, String label, @Nullable Ledger ledger) {
    this.number = (int) number;
    this.label = label;
    this.ledger = ledger;
  }

  /** A descriptor of a name in this directory, or of itself if the name is empty. */
  Descriptor below(long opened, String name) {
    return new Descriptor(opened, path(name), ledger);
  }

  /** What may be other than the kernel has it; null if nothing is. */
  @Nullable Ledger ledger() {
    return ledger;
  }

  /** The number to call the kernel with. */
  int number() {
    return number;
  }

  /** The raw path of a name in this directory, or of itself if the name is empty. */
  String path(String name) {
    if (name.isEmpty()) {
      return label;
    }
    return label.endsWith("/") ? label + name : label + "/" + name;
  }

  /** A path to what is held, for calls that know only paths; valid until it is closed. */
  String selfPath() {
    return "/proc/self/fd/" + number;
  }

  /** What is held. */
  Stat stat() throws LinuxException {
    check(statx("", FileFlags.AT_EMPTY_PATH), "statx", "");
    return shown();
  }

  /** What the thread's struct buffer describes, after {@link #statx}. */
  Stat shown() {
    MemorySegment struct = Native.scratch().struct;
    Ledger ours = ledger;
    return ours == null ? Stat.of(struct) : ours.shown(struct);
  }

  /** Fills the thread's struct buffer with what is held, or with what a name in it is. */
  long statx(String name, long flags) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    long path = scratch.path(name, "statx").address();
    return Syscall.call(SystemCall.STATX, number, path, flags, Stat.MASK, scratch.struct.address());
  }

  /** Returns an answer that is none of an error; the call and the name are for the message. */
  long check(long answer, String call, String name) throws LinuxException {
    return answer < 0 ? Syscall.check(answer, describe(call, name)) : answer;
  }

  /** A call on a name in this directory, in words. */
  String describe(String call, String name) {
    return call + "(" + UnixPath.ofRaw(path(name)) + ")";
  }

  /**
   * Closes it; a second call does nothing. Errors of close(2) are about earlier writes on network
   * file systems; who must know has called fsync before.
   */
  @Override
  public void close() {
    if (number != NOTHING) {
      Syscall.call(SystemCall.CLOSE, number);
      number = NOTHING;
    }
  }

  /** The path for people. */
  @Override
  public String toString() {
    return UnixPath.ofRaw(label).toString();
  }
}
