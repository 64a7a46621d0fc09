package dev.janiko.builder.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Where the calls arrive that a {@link SystemCallFilter} hands over (seccomp_unotify(2)).
 *
 * <p>One thread takes and answers them; {@link #stop} is for any thread. Once it is closed, the
 * calls fail with ENOSYS.
 */
public final class SystemCallListener implements AutoCloseable {
  private static final long RECEIVE = 0xc050_2100L;
  private static final long SEND = 0xc018_2101L;
  private static final long IS_VALID = 0x4008_2102L;
  private static final long ADD_DESCRIPTOR = 0x4018_2103L;
  private static final long SET_FLAGS = 0x4008_2104L;
  private static final long SYNC_WAKE_UP = 1;
  private static final int CONTINUE = 1;
  private static final int CALL_BYTES = 80;
  private static final int ID = 0;
  private static final int THREAD = 1;
  private static final int NUMBER = 2;
  private static final int ARGUMENTS = 4;
  private static final short POLLIN = 1;
  private static final int LAST_NUMBER = 511;

  private final Arena arena = Arena.ofShared();
  private final Descriptor descriptor;
  private final Pipe end = Pipe.open();
  private final MemorySegment waiting = arena.allocate(CALL_BYTES, 8);
  private final MemorySegment answer = arena.allocate(24, 8);

  /**
   * The call that waits, word by word: copied at once, each access to memory being dear at first.
   */
  private final long[] words = new long[CALL_BYTES / Long.BYTES];

  private final long[] reply = new long[3];
  private final MemorySegment given = arena.allocate(24, 8);
  private final MemorySegment polled = arena.allocate(16, 8);
  private final @Nullable SystemCall[] calls = new SystemCall[LAST_NUMBER + 1];

  SystemCallListener(long number) throws IOException {
    descriptor = new Descriptor(number, "seccomp listener");
    for (SystemCall call : SystemCall.values()) {
      if (call.number() >= 0) {
        calls[call.number()] = call;
      }
    }
    polled.set(ValueLayout.JAVA_INT, 0, (int) number);
    polled.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
    polled.set(ValueLayout.JAVA_INT, 8, end.readEnd());
    polled.set(ValueLayout.JAVA_SHORT, 12, POLLIN);
    // Linux 6.6: the one who waits and the one who answers take turns on one processor.
    Syscall.call(SystemCall.IOCTL, number, SET_FLAGS, SYNC_WAKE_UP);
  }

  /**
   * Waits for the next call.
   *
   * @return whether there is one; not if it was stopped
   */
  public boolean next() throws LinuxException {
    while (true) {
      long found = Syscall.callAgain(SystemCall.PPOLL, polled.address(), 2, 0, 0);
      Syscall.check(found, "ppoll of a seccomp listener");
      if (polled.get(ValueLayout.JAVA_SHORT, 14) != 0) {
        return false;
      }
      short events = polled.get(ValueLayout.JAVA_SHORT, 6);
      if ((events & POLLIN) == 0) {
        return false;
      }
      waiting.fill((byte) 0);
      long received =
          Syscall.call(SystemCall.IOCTL, descriptor.number(), RECEIVE, waiting.address());
      if (received >= 0) {
        MemorySegment.copy(waiting, ValueLayout.JAVA_LONG, 0, words, 0, words.length);
        return true;
      }
      // Who called may have been killed meanwhile.
      if (!Syscall.is(received, Errno.ENOENT) && !Syscall.is(received, Errno.EINTR)) {
        throw Syscall.failure(received, "ioctl(SECCOMP_IOCTL_NOTIF_RECV)");
      }
    }
  }

  /** Which call it is; null for none that is known here. */
  public @Nullable SystemCall call() {
    int number = (int) words[NUMBER];
    return number < 0 || number > LAST_NUMBER ? null : calls[number];
  }

  /** The thread that called, as this process numbers it. */
  public int thread() {
    return (int) words[THREAD];
  }

  /** An argument, from 0 to 5, as it is in the register. */
  public long argument(int index) {
    return words[ARGUMENTS + index];
  }

  /** Whether the caller still waits, so that what was read of it meanwhile was its own. */
  public boolean isWaiting() {
    long id = waiting.address();
    return Syscall.call(SystemCall.IOCTL, descriptor.number(), IS_VALID, id) >= 0;
  }

  /** Has the call return a value. */
  public void succeed(long value) throws LinuxException {
    send(value, 0, 0);
  }

  /** Has the call fail. */
  public void fail(Errno errno) throws LinuxException {
    send(0, -errno.number(), 0);
  }

  /** Has the call run as if nobody had looked. */
  public void proceed() throws LinuxException {
    send(0, 0, CONTINUE);
  }

  private void send(long value, int error, int flags) throws LinuxException {
    reply[0] = words[ID];
    reply[1] = value;
    reply[2] = (long) flags << Integer.SIZE | Integer.toUnsignedLong(error);
    MemorySegment.copy(reply, 0, answer, ValueLayout.JAVA_LONG, 0, reply.length);
    long sent = Syscall.call(SystemCall.IOCTL, descriptor.number(), SEND, answer.address());
    if (sent < 0 && !Syscall.is(sent, Errno.ENOENT)) {
      throw Syscall.failure(sent, "ioctl(SECCOMP_IOCTL_NOTIF_SEND)");
    }
  }

  /** Gives the caller a descriptor of a file that is open here, as the result of its call. */
  public void succeedWith(OpenFile file, boolean closeOnExecution) throws LinuxException {
    given.fill((byte) 0);
    given.set(ValueLayout.JAVA_LONG, 0, words[ID]);
    given.set(ValueLayout.JAVA_INT, 12, file.descriptor.number());
    given.set(ValueLayout.JAVA_INT, 20, closeOnExecution ? (int) FileFlags.O_CLOEXEC : 0);
    long number =
        Syscall.call(SystemCall.IOCTL, descriptor.number(), ADD_DESCRIPTOR, given.address());
    if (number < 0) {
      fail(new Errno((int) -number));
    } else {
      succeed(number);
    }
  }

  /** Has {@link #next} return, now or when it is called. */
  public void stop() {
    end.closeWriteEnd();
  }

  /** Gives up listening; by the thread that listens. */
  @Override
  public void close() {
    descriptor.close();
    end.close();
    arena.close();
  }
}
