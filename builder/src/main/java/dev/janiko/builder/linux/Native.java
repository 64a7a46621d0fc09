package dev.janiko.builder.linux;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How this package reaches the C library: handles on its functions, errno, and per-thread buffers.
 *
 * <p>Handles are made once, when the class that holds them is first used. A thread that will change
 * its root or namespaces must have used every handle it needs before (see the package's spawning
 * code): class loading looks in the root of the thread that asks.
 */
final class Native {
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  static final AddressLayout POINTER = ValueLayout.ADDRESS;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private Native() {}

  /** A function that sets errno; its first parameter is {@link Scratch#errno}. */
  @SuppressWarnings("restricted")
  static MethodHandle withErrno(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.captureCallState("errno"));
  }

  /** The address of a function, to be passed to another. */
  @SuppressWarnings("restricted")
  static long address(String name) {
    return LINKER.defaultLookup().findOrThrow(name).address();
  }

  /** A function that answers without errno. */
  @SuppressWarnings("restricted")
  static MethodHandle plain(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
  }

  /** The buffers of the calling thread. */
  static Scratch scratch() {
    return SCRATCH.get();
  }

  /** What could only come out of a handle that was called with the wrong types. */
  static AssertionError unexpected(Throwable thrown) {
    return new AssertionError("native call", thrown);
  }

  /** The C library's words for an errno. */
  static String strerror(int errno) {
    return Strerror.text(errno);
  }

  /** Off-heap memory of one thread, reused by all calls that it makes. */
  static final class Scratch {
    /** Room for one path with its NUL, twice (rename, link). */
    static final int PATH_BYTES = 4096;

    /** Room for content: large files go in few calls, and it still fits in the second cache. */
    static final int TRANSFER_BYTES = 256 * 1024;

    final MemorySegment errno;
    final MemorySegment path;
    final MemorySegment otherPath;

    /** Room for a statx, an rlimit, a pair of timespecs. */
    final MemorySegment struct;

    private @Nullable MemorySegment transfer;

    private Scratch() {
      Arena arena = Arena.ofAuto();
      errno = arena.allocate(CAPTURE);
      path = arena.allocate(PATH_BYTES);
      otherPath = arena.allocate(PATH_BYTES);
      struct = arena.allocate(1024, 16);
    }

    /** Room for content on its way from or to a file; made when first asked for. */
    MemorySegment transfer() {
      MemorySegment buffer = transfer;
      if (buffer == null) {
        buffer = Arena.ofAuto().allocate(TRANSFER_BYTES, 64);
        transfer = buffer;
      }
      return buffer;
    }

    int lastErrno() {
      return (int) ERRNO.get(errno, 0L);
    }

    /** The first path buffer, filled with a path and its NUL. */
    MemorySegment path(String raw, String call) throws LinuxException {
      return fill(path, raw, call);
    }

    /** The second path buffer, filled likewise. */
    MemorySegment otherPath(String raw, String call) throws LinuxException {
      return fill(otherPath, raw, call);
    }

    private static MemorySegment fill(MemorySegment into, String raw, String call)
        throws LinuxException {
      // A char is a byte, so this is one copy each; a loop over the chars is slow until it is
      // compiled.
      byte[] bytes = raw.getBytes(StandardCharsets.ISO_8859_1);
      if (bytes.length >= PATH_BYTES) {
        throw new LinuxException(call, Errno.ENAMETOOLONG);
      }
      MemorySegment.copy(bytes, 0, into, ValueLayout.JAVA_BYTE, 0, bytes.length);
      into.set(ValueLayout.JAVA_BYTE, bytes.length, (byte) 0);
      return into;
    }
  }

  /** strerror(3) apart, so that its handle is made only when something failed. */
  private static final class Strerror {
    private static final int TEXT_BYTES = 256;
    private static final MethodHandle STRERROR =
        plain("strerror", FunctionDescriptor.of(POINTER, INT));

    private Strerror() {}

    @SuppressWarnings("restricted")
    static String text(int errno) {
      try {
        MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
        return text.reinterpret(TEXT_BYTES).getString(0);
      } catch (Throwable thrown) {
        throw unexpected(thrown);
      }
    }
  }
}
