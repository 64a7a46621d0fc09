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
  LSEEK(8, 62),
  RT_SIGACTION(13, 134),
  IOCTL(16, 29),
  PWRITE64(18, 68),
  SOCKET(41, 198),
  EXECVE(59, 221),
  EXIT(60, 93),
  WAIT4(61, 260),
  KILL(62, 129),
  FCNTL(72, 25),
  FLOCK(73, 32),
  FSYNC(74, 82),
  FTRUNCATE(77, 46),
  CHDIR(80, 49),
  FCHDIR(81, 50),
  FCHMOD(91, 52),
  FCHOWN(93, 55),
  UMASK(95, 166),
  SETSID(112, 157),
  SETGROUPS(116, 159),
  SETRESUID(117, 147),
  SETRESGID(119, 149),
  GETSID(124, 156),
  CAPGET(125, 90),
  CAPSET(126, 91),
  PIVOT_ROOT(155, 41),
  PRCTL(157, 167),
  CHROOT(161, 51),
  MOUNT(165, 40),
  UMOUNT2(166, 39),
  SETHOSTNAME(170, 161),
  LSETXATTR(189, 6),
  FSETXATTR(190, 7),
  LGETXATTR(192, 9),
  FGETXATTR(193, 10),
  LLISTXATTR(195, 12),
  FLISTXATTR(196, 13),
  GETDENTS64(217, 61),
  CLOCK_GETTIME(228, 113),
  WAITID(247, 95),
  OPENAT(257, 56),
  MKDIRAT(258, 34),
  MKNODAT(259, 33),
  FCHOWNAT(260, 54),
  UNLINKAT(263, 35),
  LINKAT(265, 37),
  SYMLINKAT(266, 36),
  READLINKAT(267, 78),
  FACCESSAT(269, 48),
  UNSHARE(272, 97),
  UTIMENSAT(280, 88),
  DUP3(292, 24),
  PIPE2(293, 59),
  SYNCFS(306, 267),
  RENAMEAT2(316, 276),
  STATX(332, 291),
  CLOSE_RANGE(436, 436);

  private final int x86;
  private final int arm;

  SystemCall(int x86, int arm) {
    this.x86 = x86;
    this.arm = arm;
  }

  /** The number on a machine. */
  int number(Architecture architecture) {
    return architecture.either(x86, arm);
  }

  /** The number on this machine. */
  int number() {
    return number(Architecture.CURRENT);
  }
}
