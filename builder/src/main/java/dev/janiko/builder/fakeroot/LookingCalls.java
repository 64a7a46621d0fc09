package dev.janiko.builder.fakeroot;

import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.StatForm;
import dev.janiko.builder.linux.TracedInode;
import java.io.IOException;

/** The stat(2) family, and what is to be known of a file before it is executed. */
final class LookingCalls {
  /** Type, mode, owner and group, in the mask of statx(2). */
  static final int RECORDED = 0x1b;

  private static final int SETUID = 04000;
  private static final int SETGID = 02000;
  private static final int GROUP_EXECUTES = 010;
  private static final int ANY_EXECUTES = 0111;

  private final Caller caller;
  private final TracedInode.Buffer buffer = new TracedInode.Buffer();

  LookingCalls(Caller caller) {
    this.caller = caller;
  }

  /** How a call names what it asks about. */
  private record Named(int directory, String path, long flags) {}

  Reply stat(long flags) throws IOException {
    return answer(new Named(Caller.AT_FDCWD, caller.string(0), flags), StatForm.STAT, 1);
  }

  Reply fstat() throws IOException {
    return answer(new Named(caller.number(0), "", 0), StatForm.STAT, 1);
  }

  Reply newfstatat() throws IOException {
    return at(caller.word(3), StatForm.STAT, 2);
  }

  Reply statx() throws IOException {
    return at(caller.word(2), StatForm.STATX, 4);
  }

  private Reply at(long flags, StatForm form, int buffer) throws IOException {
    // Since Linux 6.11 no path at all is the same as an empty one.
    String path = caller.word(1) == 0 ? "" : caller.string(1);
    if (path.isEmpty()) {
      return (flags & Caller.AT_EMPTY_PATH) == 0
          ? Reply.PROCEED
          : answer(new Named(caller.number(0), "", 0), form, buffer);
    }
    long follow = flags & Caller.AT_SYMLINK_NOFOLLOW;
    return answer(new Named(caller.number(0), path, follow), form, buffer);
  }

  /** Errors are for the kernel to tell, as the caller sees them. */
  private Reply answer(Named named, StatForm form, int argument) {
    TracedInode.Answer answer =
        new TracedInode.Answer(caller.tracees(), caller.thread(), caller.word(argument), buffer);
    try {
      Caller.Reached reached = caller.reach(named.directory, named.path, named.flags);
      return TracedInode.writeStat(reached.path(), reached.flags(), caller.ledger(), form, answer)
          ? Reply.DONE
          : Reply.PROCEED;
    } catch (LinuxException e) {
      return Reply.PROCEED;
    }
  }

  /** Before execve(2): a setuid or setgid file makes its caller another. */
  Reply execute(int directory, String path, long flags) throws IOException {
    caller.tracees().forget(caller.thread());
    Identity identity = caller.identity();
    long user = identity.user().effective();
    long group = identity.group().effective();
    try (TracedInode file = caller.at(directory, path, flags)) {
      Stat stat = file.stat();
      if (!stat.isRegular() || (stat.mode() & ANY_EXECUTES) == 0) {
        return Reply.PROCEED;
      }
      if ((stat.mode() & SETUID) != 0) {
        user = stat.uid();
      }
      if ((stat.mode() & SETGID) != 0 && (stat.mode() & GROUP_EXECUTES) != 0) {
        group = stat.gid();
      }
    } catch (LinuxException e) {
      return Reply.PROCEED;
    }
    caller.become(identity.executing(user, group));
    return Reply.PROCEED;
  }

  /** Only the root itself can be made the root. */
  Reply chroot() throws IOException {
    String path = caller.string(0);
    return path.matches("/+(\\./*)*") && caller.identity().user().effective() == 0
        ? Reply.DONE
        : Reply.PROCEED;
  }
}
