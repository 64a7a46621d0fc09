package dev.janiko.builder.linux;

/**
 * The system calls made by number, with their numbers by architecture.
 *
 * <p>From the kernel's {@code arch/x86/entry/syscalls/syscall_64.tbl} and {@code
 * include/uapi/asm-generic/unistd.h}. Credentials and namespaces belong to a thread in the kernel,
 * to a process in the C library; calls by number stay with the thread.
 */
enum SystemCall {
  READ(0, 63),
  WRITE(1, 64),
  CLOSE(3, 57),
  RT_SIGACTION(13, 134),
  IOCTL(16, 29),
  SOCKET(41, 198),
  EXECVE(59, 221),
  EXIT(60, 93),
  WAIT4(61, 260),
  FCNTL(72, 25),
  KILL(62, 129),
  CHDIR(80, 49),
  FCHDIR(81, 50),
  UMASK(95, 166),
  GETUID(102, 174),
  SETGROUPS(116, 159),
  SETRESUID(117, 147),
  SETRESGID(119, 149),
  SETSID(112, 157),
  GETSID(124, 156),
  CAPGET(125, 90),
  CAPSET(126, 91),
  PIVOT_ROOT(155, 41),
  PRCTL(157, 167),
  CHROOT(161, 51),
  MOUNT(165, 40),
  UMOUNT2(166, 39),
  SETHOSTNAME(170, 161),
  WAITID(247, 95),
  OPENAT(257, 56),
  MKDIRAT(258, 34),
  FCHOWNAT(260, 54),
  FCHMODAT(268, 53),
  UNLINKAT(263, 35),
  SYMLINKAT(266, 36),
  READLINKAT(267, 78),
  RENAMEAT2(316, 276),
  GETDENTS64(217, 61),
  FACCESSAT(269, 48),
  UNSHARE(272, 97),
  UTIMENSAT(280, 88),
  DUP3(292, 24),
  PIPE2(293, 59),
  STATX(332, 291),
  CLOSE_RANGE(436, 436),
  OPENAT2(437, 437);

  private final int x86;
  private final int arm;

  SystemCall(int x86, int arm) {
    this.x86 = x86;
    this.arm = arm;
  }

  /** The number on a machine. */
  int number(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> x86;
      case AARCH64 -> arm;
    };
  }
}
