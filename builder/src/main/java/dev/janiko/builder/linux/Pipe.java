package dev.janiko.builder.linux;

import static java.util.Objects.checkFromIndexSize;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A pipe (pipe2(2)) whose ends no other process inherits by accident.
 *
 * <p>Each end is closed once by its owner; closing twice does nothing. Reading is for one thread.
 */
public final class Pipe implements AutoCloseable {
  private static final long O_CLOEXEC = 0x80000;
  private static final int BUFFER_BYTES = 1 << 15;

  private int readEnd;
  private int writeEnd;

  private Pipe(int readEnd, int writeEnd) {
    this.readEnd = readEnd;
    this.writeEnd = writeEnd;
  }

  /** Makes one. */
  public static Pipe open() throws LinuxException {
    MemorySegment struct = Native.scratch().struct;
    long answer = Syscall.call(SystemCall.PIPE2, struct.address(), O_CLOEXEC);
    if (answer < 0) {
      throw Syscall.failure(answer, "pipe2");
    }
    return new Pipe(struct.get(ValueLayout.JAVA_INT, 0), struct.get(ValueLayout.JAVA_INT, 4));
  }

  /** The descriptor to read from. */
  synchronized int readEnd() {
    return readEnd;
  }

  /** The descriptor to write to. */
  synchronized int writeEnd() {
    return writeEnd;
  }

  /** Gives up writing: when no process has the other copies any more, the reader sees the end. */
  public synchronized void closeWriteEnd() {
    if (writeEnd >= 0) {
      Syscall.call(SystemCall.CLOSE, writeEnd);
      writeEnd = -1;
    }
  }

  /** A stream on the read end; it ends when nobody can write any more. */
  public InputStream input() {
    return new Input();
  }

  @Override
  public synchronized void close() {
    closeWriteEnd();
    if (readEnd >= 0) {
      Syscall.call(SystemCall.CLOSE, readEnd);
      readEnd = -1;
    }
  }

  private final class Input extends InputStream {
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES);

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      checkFromIndexSize(offset, length, into.length);
      if (length == 0) {
        return 0;
      }
      long most = Math.min(length, BUFFER_BYTES);
      long count;
      do {
        count = Syscall.call(SystemCall.READ, readEnd(), buffer.address(), most);
      } while (Syscall.is(count, Errno.EINTR));
      if (count < 0) {
        throw Syscall.failure(count, "read(pipe)");
      }
      MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, offset, (int) count);
      return count == 0 ? -1 : (int) count;
    }
  }
}
