package dev.janiko.builder.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** On a machine that runs the programs as the kernel does. */
class SystemCallFilterTest {
  private static final int KILL = 0x8000_0000;
  private static final int NOTIFY = 0x7fc0_0000;
  private static final int ALLOW = 0x7fff_0000;
  private static final int ERRNO = 0x0005_0000;
  private static final int X86_64 = 0xc000_003e;
  private static final int ARM64 = 0xc000_00b7;
  private static final int I386 = 0x4000_0003;

  private static SystemCallFilter some(Architecture architecture) {
    return new SystemCallFilter(architecture)
        .watch(SystemCall.FCHOWNAT)
        .watch(SystemCall.CHOWN)
        .watchIfAny(SystemCall.OPENAT, 2, 0100)
        .watchIfOneOf(SystemCall.PRCTL, 0, List.of(7, 8))
        .refuse(SystemCall.UNSHARE, Errno.EPERM)
        .refuseIfAny(SystemCall.CLONE, 0, 0x1000_0000);
  }

  /** What becomes of a call. */
  private static int run(SystemCallFilter filter, int audit, int number, long... arguments) {
    List<long[]> program = filter.program();
    long accumulator = 0;
    int at = 0;
    while (true) {
      long[] code = program.get(at++);
      int operand = (int) code[3];
      boolean holds =
          switch ((int) code[0]) {
            case 0x15 -> (int) accumulator == operand;
            case 0x35 ->
                Long.compareUnsigned(accumulator & 0xffff_ffffL, operand & 0xffff_ffffL) >= 0;
            case 0x45 -> ((int) accumulator & operand) != 0;
            default -> false;
          };
      switch ((int) code[0]) {
        case 0x20 -> accumulator = word(operand, audit, number, arguments);
        case 0x06 -> {
          return operand;
        }
        default -> at += (int) (holds ? code[1] : code[2]);
      }
    }
  }

  private static long word(int offset, int audit, int number, long... arguments) {
    return switch (offset) {
      case 0 -> number & 0xffff_ffffL;
      case 4 -> audit & 0xffff_ffffL;
      default ->
          (offset - 16) / 8 < arguments.length ? arguments[(offset - 16) / 8] & 0xffff_ffffL : 0;
    };
  }

  @Test
  void callsAreWatchedByTheirNumberOnTheMachine() {
    SystemCallFilter x86 = some(Architecture.X86_64);
    SystemCallFilter arm = some(Architecture.AARCH64);
    assertThat(run(x86, X86_64, 260)).isEqualTo(NOTIFY);
    assertThat(run(x86, X86_64, 92)).isEqualTo(NOTIFY);
    assertThat(run(x86, X86_64, 54)).isEqualTo(ALLOW);
    assertThat(run(arm, ARM64, 54)).isEqualTo(NOTIFY);
    assertThat(run(arm, ARM64, 260)).isEqualTo(ALLOW);
    assertThat(run(arm, ARM64, -1)).isEqualTo(ALLOW);
  }

  @Test
  void argumentsDecide() {
    SystemCallFilter filter = some(Architecture.X86_64);
    assertThat(run(filter, X86_64, 257, 0, 0, 0101)).isEqualTo(NOTIFY);
    assertThat(run(filter, X86_64, 257, 0, 0, 01)).isEqualTo(ALLOW);
    assertThat(run(filter, X86_64, 157, 8)).isEqualTo(NOTIFY);
    assertThat(run(filter, X86_64, 157, 9)).isEqualTo(ALLOW);
    assertThat(run(filter, X86_64, 272)).isEqualTo(ERRNO | 1);
    assertThat(run(filter, X86_64, 56, 0x1000_0011)).isEqualTo(ERRNO | 1);
    assertThat(run(filter, X86_64, 56, 0x11)).isEqualTo(ALLOW);
  }

  @Test
  void otherEntriesIntoTheKernelAreClosed() {
    SystemCallFilter filter = some(Architecture.X86_64);
    assertThat(run(filter, I386, 182)).isEqualTo(KILL);
    assertThat(run(filter, ARM64, 54)).isEqualTo(KILL);
    assertThat(run(filter, X86_64, 0x4000_0000 | 92)).isEqualTo(ERRNO | 38);
    assertThat(run(some(Architecture.AARCH64), X86_64, 260)).isEqualTo(KILL);
  }
}
