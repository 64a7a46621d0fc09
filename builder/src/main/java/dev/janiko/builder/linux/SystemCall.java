package dev.janiko.builder.linux;

/**
 * The system calls made or watched by number, with their numbers by architecture.
 *
 * <p>From the kernel's {@code arch/x86/entry/syscalls/syscall_64.tbl} and {@code
 * include/uapi/asm-generic/unistd.h}. Credentials and namespaces belong to a thread in the kernel,
 * to a process in the C library; calls by number stay with the thread.
 */
public enum SystemCall {
  READ(0, 63),
  WRITE(1, 64),
  OPEN(2, SystemCall.NONE),
  CLOSE(3, 57),
  STAT(4, SystemCall.NONE),
  FSTAT(5, 80),
  LSTAT(6, SystemCall.NONE),
  LSEEK(8, 62),
  RT_SIGACTION(13, 134),
  IOCTL(16, 29),
  PREAD64(17, 67),
  PWRITE64(18, 68),
  SOCKET(41, 198),
  CLONE(56, 220),
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
  MKDIR(83, SystemCall.NONE),
  CREAT(85, SystemCall.NONE),
  SYMLINK(88, SystemCall.NONE),
  CHMOD(90, SystemCall.NONE),
  FCHMOD(91, 52),
  CHOWN(92, SystemCall.NONE),
  FCHOWN(93, 55),
  LCHOWN(94, SystemCall.NONE),
  UMASK(95, 166),
  GETUID(102, 174),
  GETGID(104, 176),
  SETUID(105, 146),
  SETGID(106, 144),
  GETEUID(107, 175),
  GETEGID(108, 177),
  SETSID(112, 157),
  SETREUID(113, 145),
  SETREGID(114, 143),
  GETGROUPS(115, 158),
  SETGROUPS(116, 159),
  SETRESUID(117, 147),
  GETRESUID(118, 148),
  SETRESGID(119, 149),
  GETRESGID(120, 150),
  SETFSUID(122, 151),
  SETFSGID(123, 152),
  GETSID(124, 156),
  CAPGET(125, 90),
  CAPSET(126, 91),
  MKNOD(133, SystemCall.NONE),
  PIVOT_ROOT(155, 41),
  PRCTL(157, 167),
  SETRLIMIT(160, 164),
  CHROOT(161, 51),
  MOUNT(165, 40),
  UMOUNT2(166, 39),
  SETHOSTNAME(170, 161),
  SETXATTR(188, 5),
  LSETXATTR(189, 6),
  FSETXATTR(190, 7),
  GETXATTR(191, 8),
  LGETXATTR(192, 9),
  FGETXATTR(193, 10),
  LISTXATTR(194, 11),
  LLISTXATTR(195, 12),
  FLISTXATTR(196, 13),
  REMOVEXATTR(197, 14),
  LREMOVEXATTR(198, 15),
  FREMOVEXATTR(199, 16),
  GETDENTS64(217, 61),
  CLOCK_GETTIME(228, 113),
  WAITID(247, 95),
  OPENAT(257, 56),
  MKDIRAT(258, 34),
  MKNODAT(259, 33),
  FCHOWNAT(260, 54),
  NEWFSTATAT(262, 79),
  UNLINKAT(263, 35),
  LINKAT(265, 37),
  SYMLINKAT(266, 36),
  READLINKAT(267, 78),
  FCHMODAT(268, 53),
  FACCESSAT(269, 48),
  PPOLL(271, 73),
  UNSHARE(272, 97),
  UTIMENSAT(280, 88),
  DUP3(292, 24),
  PIPE2(293, 59),
  PRLIMIT64(302, 261),
  SYNCFS(306, 267),
  SETNS(308, 268),
  RENAMEAT2(316, 276),
  SECCOMP(317, 277),
  EXECVEAT(322, 281),
  STATX(332, 291),
  CLONE3(435, 435),
  IO_URING_SETUP(425, 425),
  CLOSE_RANGE(436, 436),
  OPENAT2(437, 437),
  FCHMODAT2(452, 452),
  SETXATTRAT(463, 463),
  GETXATTRAT(464, 464),
  LISTXATTRAT(465, 465),
  REMOVEXATTRAT(466, 466);

  /** Stands for the number of a call that a machine does not have. */
  static final int NONE = -1;

  private final int x86;
  private final int arm;

  SystemCall(int x86, int arm) {
    this.x86 = x86;
    this.arm = arm;
  }

  /** The number on a machine; {@link #NONE} if it has another call for this. */
  int number(Architecture architecture) {
    return architecture.either(x86, arm);
  }

  /** The number on this machine. */
  int number() {
    return number(Architecture.CURRENT);
  }
}
