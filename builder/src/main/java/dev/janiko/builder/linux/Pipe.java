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
  private static final int BUFFER_BYTES = 1 << 15;

  private final Descriptor readEnd;
  private final Descriptor writeEnd;

  private Pipe(Descriptor readEnd, Descriptor writeEnd) {
    this.readEnd = readEnd;
    this.writeEnd = writeEnd;
  }

  /** Makes one. */
  public static Pipe open() throws LinuxException {
    MemorySegment struct = Native.scratch().struct;
    Syscall.check(Syscall.call(SystemCall.PIPE2, struct.address(), FileFlags.O_CLOEXEC), "pipe2");
    return new Pipe(
        new Descriptor(struct.get(ValueLayout.JAVA_INT, 0), "pipe"),
        new Descriptor(struct.get(ValueLayout.JAVA_INT, 4), "pipe"));
  }

  /** The descriptor to read from. */
  synchronized int readEnd() {
    return readEnd.number();
  }

  /** The descriptor to write to. */
  synchronized int writeEnd() {
    return writeEnd.number();
  }

  /** Gives up writing: when no process has the other copies any more, the reader sees the end. */
  public synchronized void closeWriteEnd() {
    writeEnd.close();
  }

  /** A stream on the read end; it ends when nobody can write any more. */
  public InputStream input() {
    return new Input();
  }

  @Override
  public synchronized void close() {
    writeEnd.close();
    readEnd.close();
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
      long count = Syscall.callAgain(SystemCall.READ, readEnd(), buffer.address(), most, 0);
      Syscall.check(count, "read(pipe)");
      MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, offset, (int) count);
      return count == 0 ? -1 : (int) count;
    }
  }
}
