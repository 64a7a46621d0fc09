package dev.janiko.builder.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * System calls that a new process makes, one after the other, before it becomes another program.
 *
 * <p>What posix_spawn(3) can do in the child is a closed list, and mounting is not on it; yet /proc
 * shows the processes of a namespace only if a process <em>in</em> that namespace mounts it. So the
 * child here is made by clone(2) as posix_spawn makes it, sharing memory with this process, whose
 * calling thread sleeps until the child executes a program or ends (CLONE_VM, CLONE_VFORK). It
 * begins in setcontext(3), which enters the first of a chain of contexts made by makecontext(3),
 * each of which makes one system call and continues with the next. No Java runs in the child.
 *
 * <p>The chain cannot branch, but errno is shared as well: it is zeroed at the beginning and tells
 * afterwards whether a call failed.
 */
final class ChildCalls {
  private static final FunctionDescriptor NINE =
      FunctionDescriptor.of(
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG);
  private static final MethodHandle MAKE_CONTEXT = Native.plain("makecontext", NINE);
  private static final MethodHandle GET_CONTEXT = Syscall.function("getcontext");
  private static final MethodHandle CLONE = Syscall.function("clone");
  private static final MethodHandle ERRNO_LOCATION = Syscall.function("__errno_location");
  private static final long SYSCALL = Native.address("syscall");
  private static final long SET_CONTEXT = Native.address("setcontext");

  private static final long VM_VFORK_SIGCHLD = 0x100 | 0x4000 | 17;
  private static final long NEW_USER = 0x1000_0000;
  private static final long PARENT_SETTID = 0x10_0000;
  private static final long PR_GET_CHILD_SUBREAPER = 37;
  private static final int CONTEXT_BYTES = 8192;
  private static final int STACK_BYTES = 4096;
  private static final int FIRST_STACK_BYTES = 65_536;
  private static final int LINK_OFFSET = 8;
  private static final int STACK_OFFSET = 16;
  private static final int STACK_SIZE_OFFSET = 32;
  private static final long ARGUMENTS = 6;
  private static final int SIGNAL_ACTION_BYTES = 64;
  private static final int SIGNAL_SET_BYTES = 8;
  private static final long F_SETFD = 2;
  private static final long FD_CLOEXEC = 1;
  private static final long CLOSE_RANGE_CLOEXEC = 4;
  private static final long LAST_FD = 0xffff_ffffL;

  /** Where ucontext_t has its signal mask: behind the registers on x86-64, before on arm64. */
  private static final int MASK_OFFSET = Architecture.CURRENT.either(296, 40);

  /** All but those that a faulting instruction raises (SEGV, BUS, FPE, ILL, TRAP). */
  private static final long ASYNCHRONOUS = ~(1L << 10 | 1L << 6 | 1L << 7 | 1L << 3 | 1L << 4);

  private final Arena arena;
  private final List<long[]> calls = new ArrayList<>();
  private final long errnoCell;
  private MemorySegment first = MemorySegment.NULL;
  private MemorySegment stack = MemorySegment.NULL;

  /** For the calling thread, which must also {@link #start} it. */
  ChildCalls(Arena arena) {
    this.arena = arena;
    this.errnoCell = Syscall.invoke(ERRNO_LOCATION, 0, 0, 0, 0, 0, 0);
    zeroErrno();
  }

  /** Adds a call. */
  void add(SystemCall call, long a, long b, long c, long d, long e) {
    calls.add(new long[] {call.number(), a, b, c, d, e});
  }

  /** Adds a call of up to three arguments. */
  void add(SystemCall call, long a, long b, long c) {
    add(call, a, b, c, 0, 0);
  }

  /**
   * Adds a call that sets errno to zero: a new process is no reaper of others, and is told so
   * there.
   */
  void zeroErrno() {
    add(SystemCall.PRCTL, PR_GET_CHILD_SUBREAPER, errnoCell, 0);
  }

  /** Where the errno of the calls so far can be read, by a call that writes it somewhere. */
  long errnoCell() {
    return errnoCell;
  }

  /** Handlers end with execve(2); what is ignored would stay so. */
  void resetSignals() throws IOException {
    long byDefault = arena.allocate(SIGNAL_ACTION_BYTES, 8).address();
    long ignored = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("SigIgn:")) {
        ignored = Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16);
      }
    }
    for (int signal = 1; signal <= Long.SIZE; signal++) {
      if ((ignored & 1L << (signal - 1)) != 0) {
        add(SystemCall.RT_SIGACTION, signal, byDefault, 0, SIGNAL_SET_BYTES, 0);
      }
    }
  }

  /** Has execve(2) close all descriptors from one on. */
  void closeOthers(int first) throws IOException {
    long known = Syscall.call(SystemCall.CLOSE_RANGE, LAST_FD - 1, LAST_FD, CLOSE_RANGE_CLOEXEC);
    if (known == 0) {
      add(SystemCall.CLOSE_RANGE, first, LAST_FD, CLOSE_RANGE_CLOEXEC);
      return;
    }
    // An older kernel (before 5.11), or a filter that does not know the call.
    for (int fd : openDescriptors(first)) {
      Syscall.call(SystemCall.FCNTL, fd, F_SETFD, FD_CLOEXEC);
    }
  }

  private static List<Integer> openDescriptors(int first) throws IOException {
    List<Integer> open = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path entry : entries) {
        int fd = Integer.parseInt(String.valueOf(entry.getFileName()));
        if (fd >= first) {
          open.add(fd);
        }
      }
    }
    return open;
  }

  /** The address of a list of strings as execve(2) takes it. */
  long vector(List<byte[]> strings) {
    MemorySegment cells = arena.allocate(8L * (strings.size() + 1), 8);
    for (int i = 0; i < strings.size(); i++) {
      cells.setAtIndex(ValueLayout.JAVA_LONG, i, string(arena, strings.get(i)));
    }
    return cells.address();
  }

  /** The address of a string. */
  static long string(Arena arena, byte[] bytes) {
    String raw = new String(bytes, StandardCharsets.ISO_8859_1);
    return arena.allocateFrom(raw, StandardCharsets.ISO_8859_1).address();
  }

  /** Lays the calls out; the last ones are execve and exit, at which signals are let in. */
  void layOut() {
    MemorySegment next = MemorySegment.NULL;
    for (int i = calls.size() - 1; i >= 0; i--) {
      MemorySegment context = arena.allocate(CONTEXT_BYTES, 64);
      MemorySegment itsStack = arena.allocate(STACK_BYTES, 64);
      Syscall.invoke(GET_CONTEXT, context.address(), 0, 0, 0, 0, 0);
      context.set(ValueLayout.JAVA_LONG, LINK_OFFSET, next.address());
      context.set(ValueLayout.JAVA_LONG, STACK_OFFSET, itsStack.address());
      context.set(ValueLayout.JAVA_LONG, STACK_SIZE_OFFSET, STACK_BYTES);
      boolean last = i >= calls.size() - 2;
      context.set(ValueLayout.JAVA_LONG, MASK_OFFSET, last ? 0 : ASYNCHRONOUS);
      makeContext(context, calls.get(i));
      next = context;
    }
    first = next;
    stack = arena.allocate(FIRST_STACK_BYTES, 64);
  }

  private static void makeContext(MemorySegment context, long[] call) {
    try {
      long _ =
          (long)
              MAKE_CONTEXT.invokeExact(
                  context.address(),
                  SYSCALL,
                  ARGUMENTS,
                  call[0],
                  call[1],
                  call[2],
                  call[3],
                  call[4],
                  call[5]);
    } catch (Throwable thrown) {
      throw Native.unexpected(thrown);
    }
  }

  /**
   * Makes the process and returns when it executes its program or has ended.
   *
   * @return its number, or a negative errno if it could not be made; the errno that its calls left
   *     is in {@link Native.Scratch#lastErrno}
   */
  long start() {
    return start(VM_VFORK_SIGCHLD, 0);
  }

  /**
   * The same with a user namespace of its own, in which it has all capabilities and no users yet.
   *
   * @param pidCell where its number is written before it begins, for other threads
   */
  long startInUserNamespace(long pidCell) {
    return start(VM_VFORK_SIGCHLD | NEW_USER | PARENT_SETTID, pidCell);
  }

  private long start(long flags, long pidCell) {
    long top = stack.address() + FIRST_STACK_BYTES;
    int pid = (int) Syscall.invoke(CLONE, SET_CONTEXT, top, flags, first.address(), pidCell, 0);
    return pid < 0 ? -Native.scratch().lastErrno() : pid;
  }
}
