package dev.janiko.builder.fakeroot;

import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.SystemCall;
import dev.janiko.builder.linux.SystemCallFilter;
import dev.janiko.builder.linux.Tracees;
import java.util.List;

/** Which calls are answered here. */
final class Rules {
  private static final int CLONE_NEWUSER = 0x1000_0000;

  /** The frequent ones first: the kernel goes through the rules in their order. */
  private static final List<SystemCall> ALWAYS =
      List.of(
          SystemCall.NEWFSTATAT,
          SystemCall.FSTAT,
          SystemCall.STAT,
          SystemCall.LSTAT,
          SystemCall.EXECVE,
          SystemCall.MKDIR,
          SystemCall.MKDIRAT,
          SystemCall.SYMLINK,
          SystemCall.SYMLINKAT,
          SystemCall.FCHOWNAT,
          SystemCall.FCHOWN,
          SystemCall.CHOWN,
          SystemCall.LCHOWN,
          SystemCall.CHMOD,
          SystemCall.FCHMOD,
          SystemCall.FCHMODAT,
          SystemCall.FCHMODAT2,
          SystemCall.GETUID,
          SystemCall.GETEUID,
          SystemCall.GETGID,
          SystemCall.GETEGID,
          SystemCall.GETRESUID,
          SystemCall.GETRESGID,
          SystemCall.GETGROUPS,
          SystemCall.GETXATTR,
          SystemCall.LGETXATTR,
          SystemCall.FGETXATTR,
          SystemCall.LISTXATTR,
          SystemCall.LLISTXATTR,
          SystemCall.FLISTXATTR,
          SystemCall.SETXATTR,
          SystemCall.LSETXATTR,
          SystemCall.FSETXATTR,
          SystemCall.REMOVEXATTR,
          SystemCall.LREMOVEXATTR,
          SystemCall.FREMOVEXATTR,
          SystemCall.CREAT,
          SystemCall.OPENAT2,
          SystemCall.MKNOD,
          SystemCall.MKNODAT,
          SystemCall.EXECVEAT,
          SystemCall.SETUID,
          SystemCall.SETGID,
          SystemCall.SETREUID,
          SystemCall.SETREGID,
          SystemCall.SETRESUID,
          SystemCall.SETRESGID,
          SystemCall.SETFSUID,
          SystemCall.SETFSGID,
          SystemCall.SETGROUPS,
          SystemCall.CAPGET,
          SystemCall.CAPSET,
          SystemCall.CHROOT);

  /** What would get by the rest; programs make do without, as under an engine's own filter. */
  private static final List<SystemCall> UNKNOWN =
      List.of(
          SystemCall.CLONE3,
          SystemCall.IO_URING_SETUP,
          SystemCall.SETXATTRAT,
          SystemCall.GETXATTRAT,
          SystemCall.LISTXATTRAT,
          SystemCall.REMOVEXATTRAT);

  private Rules() {}

  static SystemCallFilter filter() {
    SystemCallFilter filter = new SystemCallFilter();
    filter.watchIfAny(SystemCall.OPENAT, 2, MakingCalls.O_CREAT);
    filter.watchIfAny(SystemCall.OPEN, 1, MakingCalls.O_CREAT);
    filter.watchIfAny(SystemCall.STATX, 3, LookingCalls.RECORDED);
    ALWAYS.forEach(filter::watch);
    filter.watchIfOneOf(SystemCall.PRCTL, 0, UserCalls.OPTIONS);
    filter.watchIfOneOf(SystemCall.PRLIMIT64, 1, List.of(Tracees.MARKING_LIMIT));
    filter.watchIfOneOf(SystemCall.SETRLIMIT, 0, List.of(Tracees.MARKING_LIMIT));
    UNKNOWN.forEach(call -> filter.refuse(call, Errno.ENOSYS));
    filter.refuse(SystemCall.UNSHARE, Errno.EPERM);
    filter.refuse(SystemCall.SETNS, Errno.EPERM);
    filter.refuseIfAny(SystemCall.CLONE, 0, CLONE_NEWUSER);
    return filter;
  }
}
