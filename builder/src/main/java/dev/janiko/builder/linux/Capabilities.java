package dev.janiko.builder.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Sets of capabilities(7), as bit masks, of the calling thread.
 *
 * <p>Thread-safe: nothing is kept.
 */
public final class Capabilities {
  /** What an engine gives containers: 14 capabilities, among them none over the machine. */
  public static final long CONTAINER_DEFAULT = 0xa80425fbL;

  /** CAP_SYS_ADMIN: mounts and namespaces. */
  public static final int SYS_ADMIN = 21;

  /** CAP_SYS_CHROOT. */
  public static final int SYS_CHROOT = 18;

  private static final int VERSION_3 = 0x20080522;
  private static final long PR_SET_KEEPCAPS = 8;
  private static final long PR_CAPBSET_READ = 23;
  private static final long PR_CAPBSET_DROP = 24;
  private static final long PR_CAP_AMBIENT = 47;
  private static final long AMBIENT_CLEAR_ALL = 4;
  private static final int MOST = 63;

  private Capabilities() {}

  /** The ones in effect. */
  public static long effective() throws LinuxException {
    MemorySegment struct = Native.scratch().struct;
    header(struct);
    Syscall.check(
        Syscall.call(SystemCall.CAPGET, struct.address(), struct.address() + 16), "capget");
    return word(struct, 16) | word(struct, 28) << 32;
  }

  /** Whether one is in effect. */
  public static boolean has(int capability) throws LinuxException {
    return (effective() & 1L << capability) != 0;
  }

  /**
   * Takes everything outside a mask from what the thread's children can ever have, for good.
   *
   * @return zero, or a negative errno
   */
  static long limitBounding(long mask) {
    for (int capability = 0; capability <= MOST; capability++) {
      if ((mask & 1L << capability) == 0) {
        long known = Syscall.call(SystemCall.PRCTL, PR_CAPBSET_READ, capability);
        if (known < 0) {
          break;
        }
        long answer = known == 0 ? 0 : Syscall.call(SystemCall.PRCTL, PR_CAPBSET_DROP, capability);
        if (answer < 0) {
          return answer;
        }
      }
    }
    long ambient = Syscall.call(SystemCall.PRCTL, PR_CAP_AMBIENT, AMBIENT_CLEAR_ALL);
    return Syscall.is(ambient, Errno.EINVAL) ? 0 : ambient;
  }

  /**
   * Has the thread keep its permitted capabilities when it stops being root.
   *
   * @return zero, or a negative errno
   */
  static long keepOverUserChange() {
    return Syscall.call(SystemCall.PRCTL, PR_SET_KEEPCAPS, 1);
  }

  /**
   * Puts those of a mask that are permitted into effect, and makes none other permitted, none
   * inheritable.
   *
   * @return zero, or a negative errno
   */
  static long limitTo(long mask) {
    MemorySegment struct = Native.scratch().struct;
    header(struct);
    long answer = Syscall.call(SystemCall.CAPGET, struct.address(), struct.address() + 16);
    if (answer < 0) {
      return answer;
    }
    header(struct);
    keep(struct, 16, (int) mask);
    keep(struct, 28, (int) (mask >>> 32));
    return Syscall.call(SystemCall.CAPSET, struct.address(), struct.address() + 16);
  }

  private static void keep(MemorySegment struct, int at, int mask) {
    int permitted = struct.get(ValueLayout.JAVA_INT, at + 4) & mask;
    struct.set(ValueLayout.JAVA_INT, at, permitted);
    struct.set(ValueLayout.JAVA_INT, at + 4, permitted);
    struct.set(ValueLayout.JAVA_INT, at + 8, 0);
  }

  private static void header(MemorySegment struct) {
    struct.set(ValueLayout.JAVA_INT, 0, VERSION_3);
    struct.set(ValueLayout.JAVA_INT, 4, 0);
  }

  private static long word(MemorySegment struct, int at) {
    return Integer.toUnsignedLong(struct.get(ValueLayout.JAVA_INT, at));
  }
}
