package dev.janiko.builder.fakeroot;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.fakeroot.AttributeCalls.Naming;
import dev.janiko.builder.linux.Credentials;
import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.Ledger;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.SystemCall;
import dev.janiko.builder.linux.SystemCallListener;
import dev.janiko.builder.linux.Tracees;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.linux.Watch;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Plays root for one command and all that it starts.
 *
 * <p>A thread of its own answers their calls, one after the other, from before the command starts
 * until this is closed. Opened and closed by the one who runs the command.
 */
public final class Supervisor implements AutoCloseable {
  private static final long NO_FLAGS = 0;

  private final Ledger ledger;
  private final Identity first;
  private final boolean inRootOfItsOwn;
  private final CompletableFuture<SystemCallListener> arrived = new CompletableFuture<>();
  private final FutureTask<Boolean> answering = new FutureTask<>(this::answer, true);
  private volatile @Nullable IOException failure;

  private Supervisor(Ledger ledger, Credentials user, boolean inRootOfItsOwn) {
    this.ledger = ledger;
    this.first = Identity.of(user);
    this.inRootOfItsOwn = inRootOfItsOwn;
  }

  /**
   * Starts one.
   *
   * @param ledger where what is asked for is recorded, and what is shown
   * @param user who the command believes to be
   */
  public static Supervisor start(Ledger ledger, Credentials user) {
    return start(ledger, user, false);
  }

  /**
   * Starts one for a command with another root than this process's.
   *
   * @param ledger where what is asked for is recorded, and what is shown
   * @param user who the command believes to be
   */
  public static Supervisor startInRoot(Ledger ledger, Credentials user) {
    return start(ledger, user, true);
  }

  private static Supervisor start(Ledger ledger, Credentials user, boolean inRootOfItsOwn) {
    Supervisor supervisor =
        new Supervisor(
            requireNonNull(ledger, "ledger is null"),
            requireNonNull(user, "user is null"),
            inRootOfItsOwn);
    Thread.ofPlatform().name("step-root").daemon().start(supervisor.answering);
    return supervisor;
  }

  /** What the command is launched with. */
  public Watch watch() {
    return new Watch(Rules.filter(), arrived::complete);
  }

  private void answer() {
    SystemCallListener listener;
    try {
      listener = arrived.get();
    } catch (InterruptedException | ExecutionException | RuntimeException never) {
      return;
    }
    try (listener;
        Tracees tracees = new Tracees();
        Dir root = Dir.open(UnixPath.of("/"), ledger);
        Caller caller =
            new Caller(listener, new Identities(tracees, first), ledger, inRootOfItsOwn)) {
      Handlers handlers = new Handlers(caller, root);
      while (listener.next()) {
        SystemCall call = listener.call();
        if (call == null) {
          listener.proceed();
        } else {
          handlers.answer(call);
          caller.release();
        }
      }
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException e) {
      failure = new IOException("answering the calls of a step failed", e);
    }
  }

  /** Dispatches calls. */
  private static final class Handlers {
    private final Caller caller;
    private final OwnerCalls owners;
    private final AttributeCalls attributes;
    private final UserCalls users;
    private final MakingCalls making;
    private final LookingCalls looking;

    private Handlers(Caller caller, Dir root) {
      this.caller = caller;
      this.owners = new OwnerCalls(caller);
      this.attributes = new AttributeCalls(caller);
      this.users = new UserCalls(caller);
      this.making = new MakingCalls(caller, root);
      this.looking = new LookingCalls(caller);
    }

    private void answer(SystemCall call) throws IOException {
      SystemCallListener listener = caller.listener();
      Reply reply;
      try {
        reply = reply(call);
      } catch (Caller.UnreachableException e) {
        reply = Reply.PROCEED;
      } catch (LinuxException e) {
        listener.fail(e.errno());
        return;
      } catch (IOException e) {
        listener.fail(Errno.EIO);
        return;
      }
      switch (reply) {
        case Reply.Value value -> listener.succeed(value.value());
        case Reply.Proceed _ -> listener.proceed();
        case Reply.Sent _ -> {}
      }
    }

    private Reply reply(SystemCall call) throws IOException {
      return switch (call) {
        case STAT -> looking.stat(NO_FLAGS);
        case LSTAT -> looking.stat(Caller.AT_SYMLINK_NOFOLLOW);
        case FSTAT -> looking.fstat();
        case NEWFSTATAT -> looking.newfstatat();
        case STATX -> looking.statx();
        case EXECVE -> looking.execute();
        case EXECVEAT -> looking.execute(caller.number(0), caller.string(1), caller.word(4));
        case CHROOT -> looking.chroot();
        case OPEN -> making.open(Caller.AT_FDCWD, 0, 1, 2);
        case OPENAT -> making.open(caller.number(0), 1, 2, 3);
        case OPENAT2 -> making.openat2();
        case CREAT -> making.creat();
        case MKDIR -> making.directory(Caller.AT_FDCWD, 0, 1);
        case MKDIRAT -> making.directory(caller.number(0), 1, 2);
        case SYMLINK -> making.symlink(0, Caller.AT_FDCWD, 1);
        case SYMLINKAT -> making.symlink(0, caller.number(1), 2);
        case MKNOD -> making.node(Caller.AT_FDCWD, 0, 1, 2);
        case MKNODAT -> making.node(caller.number(0), 1, 2, 3);
        case CHOWN -> owners.chown(true);
        case LCHOWN -> owners.chown(false);
        case FCHOWN -> owners.fchown();
        case FCHOWNAT -> owners.fchownat();
        case CHMOD -> owners.chmod();
        case FCHMOD -> owners.fchmod();
        case FCHMODAT -> owners.fchmodat(NO_FLAGS);
        case FCHMODAT2 -> owners.fchmodat(caller.word(3));
        default -> moreReply(call);
      };
    }

    private Reply moreReply(SystemCall call) throws IOException {
      return switch (call) {
        case GETUID -> new Reply.Value(caller.identity().user().real());
        case GETEUID -> new Reply.Value(caller.identity().user().effective());
        case GETGID -> new Reply.Value(caller.identity().group().real());
        case GETEGID -> new Reply.Value(caller.identity().group().effective());
        case GETRESUID -> users.ids(caller.identity().user());
        case GETRESGID -> users.ids(caller.identity().group());
        case GETGROUPS -> users.getgroups();
        case SETUID -> users.setuid();
        case SETGID -> users.setgid();
        case SETREUID -> users.setreuid();
        case SETREGID -> users.setregid();
        case SETRESUID -> users.setresuid();
        case SETRESGID -> users.setresgid();
        case SETFSUID -> users.setfsuid();
        case SETFSGID -> users.setfsgid();
        case SETGROUPS -> users.setgroups();
        case CAPGET -> users.capget();
        case CAPSET -> users.capset();
        case PRCTL -> users.prctl();
        case SETRLIMIT -> Reply.DONE;
        case PRLIMIT64 -> caller.word(2) == 0 ? Reply.PROCEED : Reply.DONE;
        case SETXATTR -> attributes.set(Naming.PATH);
        case LSETXATTR -> attributes.set(Naming.LINK);
        case FSETXATTR -> attributes.set(Naming.DESCRIPTOR);
        case GETXATTR -> attributes.get(Naming.PATH);
        case LGETXATTR -> attributes.get(Naming.LINK);
        case FGETXATTR -> attributes.get(Naming.DESCRIPTOR);
        case LISTXATTR -> attributes.list(Naming.PATH);
        case LLISTXATTR -> attributes.list(Naming.LINK);
        case FLISTXATTR -> attributes.list(Naming.DESCRIPTOR);
        case REMOVEXATTR -> attributes.remove(Naming.PATH);
        case LREMOVEXATTR -> attributes.remove(Naming.LINK);
        case FREMOVEXATTR -> attributes.remove(Naming.DESCRIPTOR);
        default -> Reply.PROCEED;
      };
    }
  }

  /**
   * Stops answering; calls that come yet fail. Only when the command and all it started has ended.
   *
   * @throws IOException if answering failed before
   */
  @Override
  public void close() throws IOException {
    if (!arrived.cancel(false) && !arrived.isCancelled()) {
      arrived.join().stop();
    }
    boolean interrupted = false;
    while (!answering.isDone()) {
      try {
        answering.get();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        throw new IOException("answering the calls of a step failed", e.getCause());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    IOException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }
}
