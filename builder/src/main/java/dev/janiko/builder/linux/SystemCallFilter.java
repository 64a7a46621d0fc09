package dev.janiko.builder.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A seccomp(2) filter that hands some system calls of a thread, and of all it starts, to a listener
 * in this process.
 *
 * <p>Built by rules, laid out as a program for the kernel's classic BPF machine, and put on a
 * thread, for good, when that launches a program ({@link Confinement}). Calls that no rule names
 * run as they are. Calls through another architecture's entry end the process (on x86-64 the 32-bit
 * one), or do not exist there (x32), so that nothing gets by.
 */
public final class SystemCallFilter {
  private static final int AUDIT_ARCH_X86_64 = 0xc000_003e;
  private static final int AUDIT_ARCH_AARCH64 = 0xc000_00b7;
  private static final int X32_BIT = 0x4000_0000;

  private static final int LOAD_WORD = 0x20;
  private static final int JUMP_EQUAL = 0x15;
  private static final int JUMP_AT_LEAST = 0x35;
  private static final int JUMP_ANY_SET = 0x45;
  private static final int RETURN = 0x06;

  private static final int KILL_PROCESS = 0x8000_0000;
  private static final int ERRNO = 0x0005_0000;
  private static final int NOTIFY = 0x7fc0_0000;
  private static final int ALLOW = 0x7fff_0000;

  private static final int NUMBER = 0;
  private static final int ARCHITECTURE = 4;
  private static final int ARGUMENTS = 16;

  private static final long MODE_FILTER = 1;
  private static final long NEW_LISTENER = 8;
  private static final long PR_SET_NO_NEW_PRIVS = 38;
  private static final int INSTRUCTION_BYTES = 8;

  private final Architecture architecture;
  private final List<long[]> code = new ArrayList<>();

  /** Begins a filter without rules for this machine. */
  public SystemCallFilter() {
    this(Architecture.CURRENT);
  }

  SystemCallFilter(Architecture architecture) {
    this.architecture = architecture;
    int audit = architecture.either(AUDIT_ARCH_X86_64, AUDIT_ARCH_AARCH64);
    put(LOAD_WORD, 0, 0, ARCHITECTURE);
    put(JUMP_EQUAL, 1, 0, audit);
    put(RETURN, 0, 0, KILL_PROCESS);
    put(LOAD_WORD, 0, 0, NUMBER);
    if (architecture == Architecture.X86_64) {
      put(JUMP_AT_LEAST, 0, 1, X32_BIT);
      put(RETURN, 0, 0, ERRNO | Errno.ENOSYS.number());
    }
  }

  private void put(int operation, int ifTrue, int ifFalse, int operand) {
    code.add(new long[] {operation, ifTrue, ifFalse, operand});
  }

  /** Hands a call to the listener. */
  public SystemCallFilter watch(SystemCall call) {
    int number = call.number(architecture);
    if (number != SystemCall.NONE) {
      put(JUMP_EQUAL, 0, 1, number);
      put(RETURN, 0, 0, NOTIFY);
    }
    return this;
  }

  /** Hands a call to the listener if any of some bits are set in an argument. */
  public SystemCallFilter watchIfAny(SystemCall call, int argument, int bits) {
    int number = call.number(architecture);
    if (number != SystemCall.NONE) {
      put(JUMP_EQUAL, 0, 4, number);
      put(LOAD_WORD, 0, 0, ARGUMENTS + argument * 8);
      put(JUMP_ANY_SET, 0, 1, bits);
      put(RETURN, 0, 0, NOTIFY);
      put(RETURN, 0, 0, ALLOW);
    }
    return this;
  }

  /** Hands a call to the listener if an argument is one of some values. */
  public SystemCallFilter watchIfOneOf(SystemCall call, int argument, List<Integer> values) {
    int number = call.number(architecture);
    if (number != SystemCall.NONE) {
      put(JUMP_EQUAL, 0, 2 * values.size() + 2, number);
      put(LOAD_WORD, 0, 0, ARGUMENTS + argument * 8);
      for (int value : values) {
        put(JUMP_EQUAL, 0, 1, value);
        put(RETURN, 0, 0, NOTIFY);
      }
      put(RETURN, 0, 0, ALLOW);
    }
    return this;
  }

  /** Fails a call if any of some bits are set in an argument. */
  public SystemCallFilter refuseIfAny(SystemCall call, int argument, int bits) {
    int number = call.number(architecture);
    if (number != SystemCall.NONE) {
      put(JUMP_EQUAL, 0, 4, number);
      put(LOAD_WORD, 0, 0, ARGUMENTS + argument * 8);
      put(JUMP_ANY_SET, 0, 1, bits);
      put(RETURN, 0, 0, ERRNO | Errno.EPERM.number());
      put(RETURN, 0, 0, ALLOW);
    }
    return this;
  }

  /** Fails a call. */
  public SystemCallFilter refuse(SystemCall call, Errno errno) {
    int number = call.number(architecture);
    if (number != SystemCall.NONE) {
      put(JUMP_EQUAL, 0, 1, number);
      put(RETURN, 0, 0, ERRNO | errno.number());
    }
    return this;
  }

  /** The program as the kernel takes it: eight bytes for each instruction. */
  List<long[]> program() {
    List<long[]> all = new ArrayList<>(code);
    all.add(new long[] {RETURN, 0, 0, ALLOW});
    return all;
  }

  /** Lays the program out, with the struct sock_fprog that {@link #install} takes. */
  MemorySegment layOut(Arena arena) {
    List<long[]> all = program();
    MemorySegment instructions = arena.allocate((long) INSTRUCTION_BYTES * all.size(), 8);
    for (int i = 0; i < all.size(); i++) {
      long at = (long) i * INSTRUCTION_BYTES;
      long[] instruction = all.get(i);
      instructions.set(ValueLayout.JAVA_SHORT, at, (short) instruction[0]);
      instructions.set(ValueLayout.JAVA_BYTE, at + 2, (byte) instruction[1]);
      instructions.set(ValueLayout.JAVA_BYTE, at + 3, (byte) instruction[2]);
      instructions.set(ValueLayout.JAVA_INT, at + 4, (int) instruction[3]);
    }
    MemorySegment program = arena.allocate(16, 8);
    program.set(ValueLayout.JAVA_SHORT, 0, (short) all.size());
    program.set(ValueLayout.JAVA_LONG, 8, instructions.address());
    return program;
  }

  /**
   * Puts a program that was laid out on the calling thread, which can gain no privileges then.
   *
   * @return the listener's descriptor, or a negative errno
   */
  static long install(MemorySegment program) {
    long answer = Syscall.call(SystemCall.PRCTL, PR_SET_NO_NEW_PRIVS, 1);
    return answer < 0
        ? answer
        : Syscall.call(SystemCall.SECCOMP, MODE_FILTER, NEW_LISTENER, program.address());
  }
}
