package dev.janiko.builder.linux;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * mount(2) and umount2(2), in the mount namespace of the calling thread.
 *
 * <p>Targets are paths; one that must not be swapped is given as {@link Pin#path}.
 */
public final class Mounts {
  /** How a file system may be used. */
  public enum Option {
    READ_ONLY(0x1),
    NO_SETUID(0x2),
    NO_DEVICES(0x4),
    NO_EXECUTION(0x8),
    STRICT_ACCESS_TIMES(0x1000000);

    private final long flag;

    Option(long flag) {
      this.flag = flag;
    }
  }

  /** What more a bind mount may have to keep: nothing; no setuid; no devices; no execution. */
  private static final long[] LOCKABLE = {0, 0x2, 0x4, 0x6, 0xe, 0x7, 0xf};

  private static final long REMOUNT = 0x20;
  private static final long BIND = 0x1000;
  private static final long MOVE = 0x2000;
  private static final long RECURSIVE = 0x4000;
  private static final long PRIVATE = 0x40000;
  private static final long DETACH = 0x2;
  private static final long NO_FOLLOW = 0x8;
  private static final int OPTION_BYTES = 4096;

  private Mounts() {}

  /** Lets nothing mounted here show elsewhere, nor the other way, from a mount downwards. */
  public static void makePrivate(UnixPath target) throws LinuxException {
    mount("", target, "", RECURSIVE | PRIVATE, null);
  }

  /**
   * Mounts a file system.
   *
   * @param type such as {@code proc}, {@code tmpfs}, {@code overlay}
   * @param data its own options, at most 4095 bytes; empty for none
   */
  public static void mount(String type, UnixPath target, Set<Option> options, String data)
      throws LinuxException {
    requireNonNull(data, "data is null");
    if (data.getBytes(StandardCharsets.UTF_8).length >= OPTION_BYTES) {
      throw new LinuxException(
          "mount(" + type + "), options longer than the kernel takes", Errno.E2BIG);
    }
    mount(type, target, type, flags(options), data);
  }

  /** Shows a file or directory at another place, without what is mounted below it. */
  public static void bind(UnixPath source, UnixPath target) throws LinuxException {
    mount(source.raw(), target, "", BIND, null);
  }

  /** Shows a directory at another place, with all that is mounted below it. */
  public static void bindAll(UnixPath source, UnixPath target) throws LinuxException {
    mount(source.raw(), target, "", BIND | RECURSIVE, null);
  }

  /**
   * Changes the options of one bind mount, whose other options are thereby dropped; but those that
   * a user namespace must leave as they are stay.
   */
  public static void remountBind(UnixPath target, Set<Option> options) throws LinuxException {
    long flags = flags(options);
    for (long locked : LOCKABLE) {
      try {
        mount("", target, "", REMOUNT | BIND | flags | locked, null);
        return;
      } catch (LinuxException e) {
        if (!e.errno().equals(Errno.EPERM)) {
          throw e;
        }
      }
    }
    mount("", target, "", REMOUNT | BIND | flags, null);
  }

  /** Takes a mount out of sight at once; it ends when its last user does. */
  public static void detach(UnixPath target) throws LinuxException {
    String what = "umount2(" + target + ")";
    long raw = Native.scratch().path(target.raw(), what).address();
    Syscall.check(Syscall.call(SystemCall.UMOUNT2, raw, DETACH | NO_FOLLOW), what);
  }

  /** A file system to be mounted by another process. */
  public static Later later(String type, UnixPath target, Set<Option> options) {
    return new Later(type, target, type, flags(options));
  }

  /** A bind mount to be made by another process. */
  public static Later laterBind(UnixPath source, UnixPath target) {
    return new Later(source.raw(), target, "", BIND);
  }

  /** A change of the options of a bind mount, to be made by another process. */
  public static Later laterRemountBind(UnixPath target, Set<Option> options) {
    return new Later("", target, "", REMOUNT | BIND | flags(options));
  }

  /** A mount that another process makes; see {@link Confinement#mounts}. */
  public record Later(String source, UnixPath target, String type, long flags) {}

  /**
   * Makes a mount the root of the calling thread and takes the former root out of its sight.
   *
   * <p>The thread's mount namespace must be its own and private. From here on the thread may only
   * make calls that it, or another thread, has made before: classes would be looked for in the new
   * root.
   *
   * @param root the descriptor of the mount's root directory
   * @param dot the address of the path {@code .}
   * @param slash the address of the path {@code /}
   * @return zero, or a negative errno
   */
  static long enterRoot(int root, long dot, long slash) {
    long answer = Syscall.call(SystemCall.FCHDIR, root);
    if (answer < 0) {
      return answer;
    }
    answer = Syscall.call(SystemCall.PIVOT_ROOT, dot, dot);
    if (answer >= 0) {
      answer = Syscall.call(SystemCall.UMOUNT2, dot, DETACH);
    } else if (!Syscall.is(answer, Errno.EBADF)) {
      // The first root of the machine (an initial RAM disk) cannot be put aside, only covered; and
      // some filters let everything be mounted but do not know the call.
      answer = Syscall.call(SystemCall.MOUNT, dot, slash, 0, MOVE, 0);
      answer = answer < 0 ? answer : Syscall.call(SystemCall.CHROOT, dot);
    }
    return answer < 0 ? answer : Syscall.call(SystemCall.CHDIR, slash);
  }

  private static long flags(Set<Option> options) {
    long flags = 0;
    for (Option option : options) {
      flags |= option.flag;
    }
    return flags;
  }

  private static void mount(
      String source, UnixPath target, String type, long flags, @Nullable String data)
      throws LinuxException {
    String what = "mount(" + (type.isEmpty() ? source : type) + " on " + target + ")";
    Native.Scratch scratch = Native.scratch();
    try (Arena arena = Arena.ofConfined()) {
      long from = scratch.otherPath(source, what).address();
      long to = scratch.path(target.raw(), what).address();
      long typeName = type.isEmpty() ? 0 : arena.allocateFrom(type).address();
      long options = data == null ? 0 : arena.allocateFrom(data).address();
      Syscall.check(Syscall.call(SystemCall.MOUNT, from, to, typeName, flags, options), what);
    }
  }
}
