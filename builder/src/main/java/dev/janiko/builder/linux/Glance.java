package dev.janiko.builder.linux;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * Answers calls of the stat(2) family about inodes of which nothing is recorded, as most calls of
 * most programs are: with the kernel's own answer, in which another owner is written.
 *
 * <p>Memory is touched in few pieces and no text is made of a path. A program that is compiled may
 * ask for a hundred files before this is, and each small access costs as much as a system call
 * until then.
 *
 * <p>Used by one thread.
 */
public final class Glance {
  private static final MethodHandle STRNLEN = Syscall.function("strnlen");
  private static final int MOST_BEFORE = 64;
  private static final int MOST_PATH = 256;
  private static final long PROC = word("/proc/");
  private static final long PROC_MASK = 0xffff_ffff_ffffL;
  private static final long DEV = word("/dev/");
  private static final long DEV_MASK = 0xff_ffff_ffffL;

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment path = arena.allocate(MOST_BEFORE + MOST_PATH + 8, 8);
  private final MemorySegment found = arena.allocate(256, 8);
  private final Tracees tracees;
  private final Ledger ledger;

  /**
   * Sets up.
   *
   * @param tracees whose calls are answered; with the same root as this process
   * @param ledger what is recorded
   */
  public Glance(Tracees tracees, Ledger ledger) {
    this.tracees = requireNonNull(tracees, "tracees is null");
    this.ledger = requireNonNull(ledger, "ledger is null");
  }

  /** What became of a call. */
  public enum Outcome {
    /** Its answer is where the caller wants it. */
    ANSWERED,
    /** The kernel's own answer is right, or the error that it tells. */
    KERNELS,
    /** It takes more than a glance. */
    UNDECIDED
  }

  /**
   * A call.
   *
   * @param thread who asks
   * @param directory the descriptor that a relative path starts at
   * @param path the address of the path in the caller's memory; 0 for the descriptor itself
   * @param flags of fstatat(2)
   * @param form the struct that is wanted
   * @param answer where the caller wants it
   */
  public record Asked(
      int thread, int directory, long path, long flags, StatForm form, long answer) {}

  /** Answers a call, if that is simple. */
  public Outcome answer(Asked asked) {
    if (asked.path == 0 && (asked.flags & FileFlags.AT_EMPTY_PATH) == 0) {
      return Outcome.KERNELS;
    }
    try {
      long from = asked.path == 0 ? descriptor(asked) : path(asked);
      return from == 0 ? Outcome.UNDECIDED : answer(asked, from);
    } catch (LinuxException e) {
      return Outcome.KERNELS;
    }
  }

  private Outcome answer(Asked asked, long from) throws LinuxException {
    StatForm form = asked.form;
    if (form.ask(from, asked.flags & FileFlags.AT_SYMLINK_NOFOLLOW, found) < 0) {
      return Outcome.KERNELS;
    }
    if (ledger.mayKnow(form.device(found), form.inode(found))) {
      return Outcome.UNDECIDED;
    }
    if (!ledger.isUser(form.uid(found))) {
      return Outcome.KERNELS;
    }
    form.makeRoots(found);
    tracees.write(asked.thread, asked.answer, found, form.bytes());
    return Outcome.ANSWERED;
  }

  /** Lays out a path that leads where the caller's does; answers its address, 0 if it cannot. */
  private long path(Asked asked) throws LinuxException {
    int count = tracees.read(asked.thread, asked.path, path.asSlice(MOST_BEFORE, MOST_PATH));
    long start = path.address() + MOST_BEFORE;
    long length = Syscall.invoke(STRNLEN, start, count, 0, 0, 0, 0);
    if (length == count) {
      return 0;
    }
    long first = path.get(ValueLayout.JAVA_LONG, MOST_BEFORE);
    if ((byte) first == '/') {
      boolean others = (first & PROC_MASK) == PROC || (first & DEV_MASK) == DEV;
      return others ? 0 : start;
    }
    if (length == 0) {
      // Without the flag an empty path is an error, which the kernel tells.
      boolean itself = (asked.flags & FileFlags.AT_EMPTY_PATH) != 0;
      return itself ? descriptor(asked) : start;
    }
    byte[] before = (start(asked) + "/").getBytes(StandardCharsets.ISO_8859_1);
    put(before, MOST_BEFORE - before.length);
    return start - before.length;
  }

  /** Lays out the way to the caller's descriptor. */
  private long descriptor(Asked asked) {
    put((start(asked) + "\0").getBytes(StandardCharsets.ISO_8859_1), 0);
    return path.address();
  }

  private static String start(Asked asked) {
    boolean here = asked.directory == FileFlags.AT_FDCWD;
    return "/proc/" + asked.thread + (here ? "/cwd" : "/fd/" + asked.directory);
  }

  private void put(byte[] bytes, int at) {
    MemorySegment.copy(bytes, 0, path, ValueLayout.JAVA_BYTE, at, bytes.length);
  }

  private static long word(String text) {
    long word = 0;
    for (int i = 0; i < text.length(); i++) {
      word |= (long) text.charAt(i) << (Byte.SIZE * i);
    }
    return word;
  }
}
