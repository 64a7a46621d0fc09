package dev.janiko.builder.fakeroot;

import dev.janiko.builder.linux.Glance;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.StatForm;
import dev.janiko.builder.linux.TracedInode;
import dev.janiko.builder.linux.Tracees;
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
  private final Glance glance;
  private boolean began;
  private final TracedInode.Buffer buffer = new TracedInode.Buffer();

  LookingCalls(Caller caller) {
    this.caller = caller;
    this.glance = new Glance(caller.tracees(), caller.ledger());
  }

  Reply stat(long flags) throws IOException {
    return answer(asked(Caller.AT_FDCWD, caller.word(0), flags, 1));
  }

  Reply fstat() throws IOException {
    return answer(asked(caller.number(0), 0, Caller.AT_EMPTY_PATH, 1));
  }

  Reply newfstatat() throws IOException {
    return answer(asked(caller.number(0), caller.word(1), caller.word(3), 2));
  }

  Reply statx() throws IOException {
    return answer(
        new Glance.Asked(
            caller.thread(),
            caller.number(0),
            caller.word(1),
            caller.word(2),
            StatForm.STATX,
            caller.word(4)));
  }

  private Glance.Asked asked(int directory, long path, long flags, int answer) {
    return new Glance.Asked(
        caller.thread(), directory, path, flags, StatForm.STAT, caller.word(answer));
  }

  private Reply answer(Glance.Asked asked) throws IOException {
    Glance.Outcome seen =
        caller.hasRootOfItsOwn() ? Glance.Outcome.UNDECIDED : glance.answer(asked);
    return switch (seen) {
      case ANSWERED -> Reply.DONE;
      case KERNELS -> Reply.PROCEED;
      case UNDECIDED -> answerThoroughly(asked);
    };
  }

  /** Errors are for the kernel to tell, as the caller sees them. */
  private Reply answerThoroughly(Glance.Asked asked) throws IOException {
    // Since Linux 6.11 no path at all is the same as an empty one.
    String path = asked.path() == 0 ? "" : caller.stringAt(asked.path());
    if (path.isEmpty() && (asked.flags() & Caller.AT_EMPTY_PATH) == 0) {
      return Reply.PROCEED;
    }
    long follow = path.isEmpty() ? 0 : asked.flags() & Caller.AT_SYMLINK_NOFOLLOW;
    TracedInode.Answer answer =
        new TracedInode.Answer(caller.tracees(), asked.thread(), asked.answer(), buffer);
    try {
      Caller.Reached at = caller.reach(asked.directory(), path, follow);
      return TracedInode.writeStat(at.path(), at.flags(), caller.ledger(), asked.form(), answer)
          ? Reply.DONE
          : Reply.PROCEED;
    } catch (LinuxException e) {
      return Reply.PROCEED;
    }
  }

  /** Before execve(2); the first there is makes the command of what is a part of this process. */
  Reply execute() throws IOException {
    String path = began ? caller.string(0) : Tracees.ownString(caller.word(0));
    began = true;
    return execute(Caller.AT_FDCWD, path, 0);
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
