package dev.janiko.builder.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An inode that a process named in a call which is answered here, held without being opened
 * (O_PATH), and what root could do with it.
 */
public final class TracedInode implements AutoCloseable {
  private static final long UNCHANGED = -1;
  private static final int LIST_BYTES = 65_536;

  private final Descriptor descriptor;
  private final Ledger ledger;

  private TracedInode(Descriptor descriptor, Ledger ledger) {
    this.descriptor = descriptor;
    this.ledger = ledger;
  }

  /**
   * Holds what a path leads to.
   *
   * @param path a raw path of this process
   * @param follow whether a link at its end is followed
   */
  public static TracedInode open(String path, boolean follow, Ledger ledger) throws LinuxException {
    long flags = FileFlags.O_PATH | FileFlags.O_CLOEXEC | (follow ? 0 : FileFlags.O_NOFOLLOW);
    long address = Native.scratch().path(path, "open").address();
    long number = Syscall.callAgain(SystemCall.OPENAT, FileFlags.AT_FDCWD, address, flags, 0);
    String call = "open(" + UnixPath.ofRaw(path) + ")";
    return new TracedInode(new Descriptor(Syscall.check(number, call), path, ledger), ledger);
  }

  /** What it is to be shown as. */
  public Stat stat() throws LinuxException {
    return descriptor.stat();
  }

  /**
   * Records owner and group, each 2^32-1 to leave it, and does what goes with it: setuid, setgid
   * and capabilities of a file are gone, and its ctime moves.
   */
  public void chown(long uid, long gid) throws LinuxException {
    new Ledgered(descriptor, ledger, "").chown(uid, gid);
    long empty = Native.scratch().path("", "fchownat").address();
    Syscall.call(
        SystemCall.FCHOWNAT,
        descriptor.number(),
        empty,
        UNCHANGED,
        UNCHANGED,
        FileFlags.AT_EMPTY_PATH);
    dropCapability();
  }

  private void dropCapability() throws LinuxException {
    Ledgered here = new Ledgered(descriptor, ledger, "");
    if (here.xattr("security.capability").isPresent()) {
      here.removeXattr("security.capability");
    }
  }

  /** Sets permission bits; those that would keep this process out are recorded. */
  public void chmod(int mode) throws LinuxException {
    new Ledgered(descriptor, ledger, "").chmod(mode, descriptor.selfPath());
  }

  /** An attribute that only root may set. */
  public Optional<byte[]> xattr(String attribute) throws LinuxException {
    return new Ledgered(descriptor, ledger, "").xattr(attribute);
  }

  /** All attributes that only root may set. */
  public Map<String, byte[]> xattrs() throws LinuxException {
    return new Ledgered(descriptor, ledger, "").xattrs();
  }

  /** The names of all other attributes, as the kernel lists them. */
  public List<String> ordinaryXattrs() throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    MemorySegment list = scratch.transfer();
    long address = scratch.path(descriptor.selfPath(), "listxattr").address();
    long size = Syscall.call(SystemCall.LISTXATTR, address, list.address(), LIST_BYTES);
    if (size < 0) {
      return List.of();
    }
    String joined =
        new String(
            list.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
    return Stream.of(joined.split("\0")).filter(name -> !name.isEmpty()).toList();
  }

  /** Whether an attribute is one of those that only root may set. */
  public static boolean isKept(String attribute) {
    return Ledger.keeps(attribute);
  }

  /** Records an attribute that only root may set. */
  public void setXattr(String attribute, byte[] value) throws LinuxException {
    new Ledgered(descriptor, ledger, "").setXattr(attribute, value);
    touch();
  }

  /** Removes an attribute that only root may set. */
  public void removeXattr(String attribute) throws LinuxException {
    new Ledgered(descriptor, ledger, "").removeXattr(attribute);
    touch();
  }

  /** Moves the ctime, by which changes are found. */
  private void touch() throws LinuxException {
    new Ledgered(descriptor, ledger, "").touch(descriptor.selfPath());
  }

  /** What a path leads to, links followed, is to be shown as. */
  public static Stat stat(String path, Ledger ledger) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    long address = scratch.path(path, "statx").address();
    long struct = scratch.struct.address();
    long found = Syscall.call(SystemCall.STATX, FileFlags.AT_FDCWD, address, 0, Stat.MASK, struct);
    Syscall.check(found, "statx");
    return ledger.shown(scratch.struct);
  }

  /**
   * Answers a call of the stat(2) family: writes what a path leads to into the caller's memory.
   *
   * @param form the struct that the caller wants
   * @return whether it was answered; not if it belongs to others, so that the kernel's own answer
   *     is right
   */
  public static boolean writeStat(
      String path, long flags, Ledger ledger, StatForm form, Answer answer) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    MemorySegment struct = scratch.struct;
    long address = scratch.path(path, "statx").address();
    long found =
        Syscall.call(
            SystemCall.STATX, FileFlags.AT_FDCWD, address, flags, Stat.MASK, struct.address());
    if (found < 0) {
      throw Syscall.failure(found, "statx");
    }
    Stat real = Stat.of(struct);
    if (!ledger.isOurs(real) && !ledger.knows(ledger.id(struct, real))) {
      return false;
    }
    Stat shown = ledger.shown(real, ledger.id(struct, real));
    MemorySegment out = form.write(struct, shown, answer.buffer);
    answer.tracees.write(answer.thread, answer.address, out, form.bytes());
    return true;
  }

  /**
   * Where an answer goes.
   *
   * @param tracees reach its memory
   * @param thread who asked
   * @param address where it wants the answer
   * @param buffer room for the answer
   */
  public record Answer(Tracees tracees, int thread, long address, Buffer buffer) {}

  /** Room for one answer, used again. */
  public static final class Buffer {
    final MemorySegment segment = Arena.ofAuto().allocate(256, 8);

    /** Makes one. */
    public Buffer() {
      segment.set(ValueLayout.JAVA_LONG, 0, 0);
    }
  }

  /** Lets go. */
  @Override
  public void close() {
    descriptor.close();
  }
}
