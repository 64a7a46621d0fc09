package dev.janiko.builder.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls of the kernel by number, and of C functions taken as if they were: one shape for all.
 *
 * <p>Linking a handle costs tens of milliseconds for the first of its shape, and a thread that has
 * left the JVM's root cannot link at all. So all of them share the shape {@code long f(long × 7)},
 * which both supported calling conventions pass in the same places as the narrower arguments the
 * functions really have; pointers travel as addresses, and who calls keeps the memory alive.
 *
 * <p>Every answer is the kernel's own: a failure is its errno made negative. {@link #check} turns
 * that into a {@link LinuxException}; the calls themselves throw nothing, as between the change of
 * a thread's root and the start of a program nothing may happen that could load a class.
 */
final class Syscall {
  private static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG);
  private static final MethodHandle SYSCALL = Native.withErrno("syscall", SHAPE);

  private Syscall() {}

  /** A function of the C library in the common shape. */
  static MethodHandle function(String name) {
    return Native.withErrno(name, SHAPE);
  }

  /** What the function answers; errno is not looked at. */
  static long invoke(MethodHandle function, long a, long b, long c, long d, long e, long f) {
    MemorySegment errno = Native.scratch().errno;
    try {
      return (long) function.invokeExact(errno, a, b, c, d, e, f, 0L);
    } catch (Throwable thrown) {
      throw Native.unexpected(thrown);
    }
  }

  /** The result of a function that answers an {@code int}, or its errno made negative. */
  static long call(MethodHandle function, long a, long b, long c, long d) {
    // Only the lower half of the register is the answer.
    int result = (int) invoke(function, a, b, c, d, 0, 0);
    return result == -1 ? -Native.scratch().lastErrno() : result;
  }

  /** The result of a system call, or its errno made negative. */
  static long call(SystemCall call, long a, long b, long c, long d, long e) {
    Native.Scratch scratch = Native.scratch();
    long number = call.number();
    long result;
    try {
      result = (long) SYSCALL.invokeExact(scratch.errno, number, a, b, c, d, e, 0L);
    } catch (Throwable thrown) {
      throw Native.unexpected(thrown);
    }
    return result == -1 ? -scratch.lastErrno() : result;
  }

  static long call(SystemCall call, long a, long b, long c, long d) {
    return call(call, a, b, c, d, 0);
  }

  static long call(SystemCall call, long a, long b, long c) {
    return call(call, a, b, c, 0, 0);
  }

  static long call(SystemCall call, long a, long b) {
    return call(call, a, b, 0, 0, 0);
  }

  static long call(SystemCall call, long a) {
    return call(call, a, 0, 0, 0, 0);
  }

  /** The same, and again for as long as a signal interrupts it. */
  static long callAgain(SystemCall call, long a, long b, long c, long d) {
    long answer;
    do {
      answer = call(call, a, b, c, d);
    } while (is(answer, Errno.EINTR));
    return answer;
  }

  /** Whether an answer of these calls is a certain error. */
  static boolean is(long answer, Errno errno) {
    return answer == -errno.number();
  }

  /** The error behind a negative answer. */
  static LinuxException failure(long answer, String what) {
    return new LinuxException(what, new Errno((int) -answer));
  }

  /**
   * Returns an answer that is none of an error.
   *
   * @param what the call and its arguments, for the message
   */
  static long check(long answer, String what) throws LinuxException {
    if (answer < 0) {
      throw failure(answer, what);
    }
    return answer;
  }
}
