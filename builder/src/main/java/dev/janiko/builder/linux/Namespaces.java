package dev.janiko.builder.linux;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * The calling thread's own views of the system: unshare(2), sethostname(2), chdir(2).
 *
 * <p>Platform threads only: what is unshared stays with the kernel's thread. Threads it starts
 * inherit its namespaces. Once {@link Space#PROCESSES} is unshared the thread can start processes
 * but no threads.
 */
public final class Namespaces {
  /** What can be had apart. */
  public enum Space {
    /** Root, working directory and umask (CLONE_FS). */
    FILE_SYSTEM_STATE(0x200),
    MOUNTS(0x20000),
    HOST_NAME(0x4000000),
    INTER_PROCESS(0x8000000),
    PROCESSES(0x20000000),
    NETWORK(0x40000000);

    private final long flag;

    Space(long flag) {
      this.flag = flag;
    }
  }

  private static final long AF_INET = 2;
  private static final long SOCK_DGRAM_CLOEXEC = 0x80002;
  private static final long SIOCGIFFLAGS = 0x8913;
  private static final long SIOCSIFFLAGS = 0x8914;
  private static final int IFREQ_FLAGS = 16;
  private static final int IFF_UP = 1;

  private Namespaces() {}

  /** Gives the calling thread its own of each. */
  public static void unshare(Set<Space> spaces) throws LinuxException {
    requireNonNull(spaces, "spaces is null");
    long flags = 0;
    for (Space space : spaces) {
      flags |= space.flag;
    }
    Syscall.check(Syscall.call(SystemCall.UNSHARE, flags), "unshare(" + spaces + ")");
  }

  /** Names the host in the thread's host-name namespace. */
  public static void hostName(String name) throws LinuxException {
    String what = "sethostname(" + name + ")";
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    MemorySegment raw = Native.scratch().path(new String(bytes, StandardCharsets.ISO_8859_1), what);
    Syscall.check(Syscall.call(SystemCall.SETHOSTNAME, raw.address(), bytes.length), what);
  }

  /** Brings up the loopback interface of the thread's network namespace. */
  public static void loopbackUp() throws LinuxException {
    long socket = Syscall.call(SystemCall.SOCKET, AF_INET, SOCK_DGRAM_CLOEXEC, 0);
    Syscall.check(socket, "socket(AF_INET)");
    MemorySegment request = Native.scratch().struct.fill((byte) 0);
    request.setString(0, "lo");
    long answer = Syscall.call(SystemCall.IOCTL, socket, SIOCGIFFLAGS, request.address());
    if (answer >= 0) {
      short flags = request.get(ValueLayout.JAVA_SHORT, IFREQ_FLAGS);
      request.set(ValueLayout.JAVA_SHORT, IFREQ_FLAGS, (short) (flags | IFF_UP));
      answer = Syscall.call(SystemCall.IOCTL, socket, SIOCSIFFLAGS, request.address());
    }
    Syscall.call(SystemCall.CLOSE, socket);
    Syscall.check(answer, "ioctl(lo, SIOCSIFFLAGS)");
  }

  /**
   * Tries chroot(2) with the root that there is, which changes nothing.
   *
   * @return the error; empty if it is allowed
   */
  public static Optional<Errno> refusalOfChroot() {
    MemorySegment slash = Native.scratch().struct;
    slash.setString(0, "/");
    long answer = Syscall.call(SystemCall.CHROOT, slash.address());
    return answer >= 0 ? Optional.empty() : Optional.of(new Errno((int) -answer));
  }

  /** Changes the working directory of all threads that share the caller's file system state. */
  public static void changeDirectory(UnixPath directory) throws LinuxException {
    String what = "chdir(" + directory + ")";
    MemorySegment raw = Native.scratch().path(directory.raw(), what);
    Syscall.check(Syscall.call(SystemCall.CHDIR, raw.address()), what);
  }
}
