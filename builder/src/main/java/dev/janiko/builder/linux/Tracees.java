package dev.janiko.builder.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The memory and marks of processes whose calls are answered here. Used by one thread.
 *
 * <p>Memory is reached through {@code /proc/<thread>/mem}, which the same user may open, also
 * without any privilege. What is read there is what another thread of the process may change a
 * moment later: whoever uses it acts on the copy.
 */
public final class Tracees implements AutoCloseable {
  private static final long READ_WRITE = 2;
  private static final int MOST_OPEN = 32;
  private static final long MOST_AGE_NANOS = 1_000_000_000L;
  private static final int FIRST_READ = 256;
  private static final int BUFFER_BYTES = 65_536;
  private static final String UMASK = "\nUmask:";
  private static final int USUAL_UMASK = 022;
  private static final Errno EFAULT = new Errno(14);

  /**
   * The limit that serves as mark, RLIMIT_RTTIME: it counts only for real-time scheduling, which
   * builds have none of. Nobody else may set it.
   */
  public static final int MARKING_LIMIT = 15;

  /** Twelve days of processor time without a pause. */
  private static final long FIRST_TAG = 1L << 40;

  private static final long MOST_TAGS = 1L << 20;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
  private final Map<Integer, Memory> open = new LinkedHashMap<>(MOST_OPEN, 0.75f, true);

  private record Memory(Descriptor descriptor, long since) {}

  /**
   * Reads a string that a NUL ends.
   *
   * @throws LinuxException EFAULT if it is not there, ENAMETOOLONG if it is longer than any path
   */
  public String string(int thread, long address) throws LinuxException {
    int length = 0;
    while (length < Native.Scratch.PATH_BYTES) {
      int wanted = length == 0 ? FIRST_READ : Native.Scratch.PATH_BYTES - length;
      int count = read(thread, address + length, buffer.asSlice(length, wanted));
      byte[] bytes = buffer.asSlice(0, length + count).toArray(ValueLayout.JAVA_BYTE);
      for (int i = length; i < bytes.length; i++) {
        if (bytes[i] == 0) {
          return new String(bytes, 0, i, StandardCharsets.ISO_8859_1);
        }
      }
      length = bytes.length;
    }
    throw new LinuxException("a path of thread " + thread, Errno.ENAMETOOLONG);
  }

  /** Reads as many bytes as asked for, up to 64 KiB. */
  public byte[] bytes(int thread, long address, int length) throws LinuxException {
    if (length > BUFFER_BYTES) {
      throw new LinuxException("read of thread " + thread, Errno.E2BIG);
    }
    int done = 0;
    while (done < length) {
      done += read(thread, address + done, buffer.asSlice(done, length - done));
    }
    return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
  }

  /**
   * The same in the memory of a process that has not executed its program yet: it is this one's,
   * which may be closed to all others.
   */
  @SuppressWarnings("restricted")
  public static String ownString(long address) {
    return MemorySegment.ofAddress(address)
        .reinterpret(Native.Scratch.PATH_BYTES)
        .getString(0, StandardCharsets.ISO_8859_1);
  }

  /** Reads at least one byte, and not more than there is room for. */
  int read(int thread, long address, MemorySegment into) throws LinuxException {
    for (int attempt = 0; ; attempt++) {
      long memory = memory(thread).number();
      long count =
          Syscall.call(SystemCall.PREAD64, memory, into.address(), into.byteSize(), address);
      if (count > 0) {
        return (int) count;
      }
      // Nothing is left of a process that executed another program: it has new memory.
      forget(thread);
      if (attempt > 0) {
        throw new LinuxException("read of the memory of thread " + thread, EFAULT);
      }
    }
  }

  /** Writes bytes. */
  public void write(int thread, long address, byte[] bytes) throws LinuxException {
    MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
    write(thread, address, buffer, bytes.length);
  }

  void write(int thread, long address, MemorySegment from, long length) throws LinuxException {
    for (int attempt = 0; attempt < 2; attempt++) {
      long memory = memory(thread).number();
      long count = Syscall.call(SystemCall.PWRITE64, memory, from.address(), length, address);
      if (count == length) {
        return;
      }
      forget(thread);
    }
    throw new LinuxException("write to the memory of thread " + thread, EFAULT);
  }

  private Descriptor memory(int thread) throws LinuxException {
    long now = System.nanoTime();
    Memory known = open.get(thread);
    if (known != null && now - known.since < MOST_AGE_NANOS) {
      return known.descriptor;
    }
    forget(thread);
    if (open.size() >= MOST_OPEN) {
      forget(open.keySet().iterator().next());
    }
    String path = "/proc/" + thread + "/mem";
    long address = Native.scratch().path(path, path).address();
    long flags = READ_WRITE | FileFlags.O_CLOEXEC;
    long number = Syscall.callAgain(SystemCall.OPENAT, FileFlags.AT_FDCWD, address, flags, 0);
    Descriptor descriptor = new Descriptor(Syscall.check(number, "open(" + path + ")"), path);
    open.put(thread, new Memory(descriptor, now));
    return descriptor;
  }

  /** Forgets a thread's memory, because it is about to have another. */
  public void forget(int thread) {
    Memory known = open.remove(thread);
    if (known != null) {
      known.descriptor.close();
    }
  }

  /**
   * The mark of a thread's process, which it has from the one that started it.
   *
   * @return 0 if it has none
   */
  public int mark(int thread) {
    MemorySegment limit = Native.scratch().struct;
    long answer = Syscall.call(SystemCall.PRLIMIT64, thread, MARKING_LIMIT, 0, limit.address());
    long value = answer < 0 ? 0 : limit.get(ValueLayout.JAVA_LONG, 0) - FIRST_TAG;
    return value > 0 && value < MOST_TAGS ? (int) value : 0;
  }

  /**
   * Marks a thread's process, and with it all that it will start. A limit of resources serves as
   * the mark: children inherit it, also by execve(2), and keep it when they are orphans.
   */
  public void mark(int thread, int mark) throws LinuxException {
    MemorySegment limit = Native.scratch().struct;
    long get = Syscall.call(SystemCall.PRLIMIT64, thread, MARKING_LIMIT, 0, limit.address());
    Syscall.check(get, "prlimit of thread " + thread);
    limit.set(ValueLayout.JAVA_LONG, 0, FIRST_TAG + mark);
    long set = Syscall.call(SystemCall.PRLIMIT64, thread, MARKING_LIMIT, limit.address(), 0);
    Syscall.check(set, "prlimit of thread " + thread);
  }

  /** A thread's umask. */
  public int umask(int thread) throws LinuxException {
    String path = "/proc/" + thread + "/status";
    long address = Native.scratch().path(path, path).address();
    long opened =
        Syscall.callAgain(SystemCall.OPENAT, FileFlags.AT_FDCWD, address, FileFlags.O_CLOEXEC, 0);
    try (Descriptor status = new Descriptor(Syscall.check(opened, "open(" + path + ")"), path)) {
      long count =
          Syscall.call(SystemCall.PREAD64, status.number(), buffer.address(), FIRST_READ, 0);
      byte[] bytes = buffer.asSlice(0, Math.max(0, count)).toArray(ValueLayout.JAVA_BYTE);
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      // The second line, behind the program's name.
      int at = text.indexOf(UMASK);
      return at < 0
          ? USUAL_UMASK
          : Integer.parseInt(
              text.substring(at + UMASK.length(), text.indexOf('\n', at + 1)).strip(), 8);
    }
  }

  /** Lets go of all. */
  @Override
  public void close() {
    open.values().forEach(memory -> memory.descriptor.close());
    open.clear();
    arena.close();
  }
}
