package dev.janiko.builder.linux;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;

/**
 * One inode whose attributes are partly in a ledger.
 *
 * @param descriptor the inode, or the directory it is in
 * @param name its name there; empty if it is the descriptor's own
 */
record Ledgered(Descriptor descriptor, Ledger ledger, String name) {
  private static final long FLAGS = FileFlags.AT_EMPTY_PATH | FileFlags.AT_SYMLINK_NOFOLLOW;

  /** An inode as the kernel has it. */
  private record Real(Stat stat, InodeId id) {}

  private Real real() throws LinuxException {
    descriptor.check(descriptor.statx(name, FLAGS), "statx", name);
    MemorySegment struct = Native.scratch().struct;
    Stat stat = Stat.of(struct);
    return new Real(stat, ledger.id(struct, stat));
  }

  /** Records the owner; the kernel drops setuid, setgid and capabilities of a file by itself. */
  void chown(long uid, long gid) throws LinuxException {
    Real real = real();
    ledger.own(real.stat, real.id, uid, gid);
  }

  void chmod(int mode) throws LinuxException {
    Real real = real();
    if (!ledger.isOurs(real.stat)) {
      ledger.show(real.stat, real.id, mode);
      return;
    }
    int placed = place(real, mode);
    long answer;
    if (name.isEmpty()) {
      answer = Syscall.call(SystemCall.FCHMOD, descriptor.number(), placed);
    } else {
      long path = Native.scratch().path(name, "fchmodat").address();
      answer =
          Syscall.call(
              Dir.Chmod.FUNCTION, descriptor.number(), path, placed, FileFlags.AT_SYMLINK_NOFOLLOW);
    }
    descriptor.check(answer, "fchmod", name);
  }

  /** A link has no mode of its own. */
  private int place(Real real, int mode) {
    return real.stat.isSymlink() ? mode : ledger.place(real.stat, real.id, mode);
  }

  /**
   * The same for a descriptor that only holds the inode.
   *
   * @param path a path of this process that leads to it
   */
  void chmod(int mode, String path) throws LinuxException {
    Real real = real();
    if (ledger.isOurs(real.stat)) {
      setMode(path, place(real, mode));
    } else {
      ledger.show(real.stat, real.id, mode);
    }
  }

  /** Moves the ctime and nothing else. */
  void touch(String path) throws LinuxException {
    Real real = real();
    if (ledger.isOurs(real.stat) && !real.stat.isSymlink()) {
      setMode(path, real.stat.mode());
    }
  }

  private void setMode(String path, int mode) throws LinuxException {
    long address = Native.scratch().path(path, "fchmodat").address();
    long answer = Syscall.call(SystemCall.FCHMODAT, FileFlags.AT_FDCWD, address, mode);
    descriptor.check(answer, "fchmodat", "");
  }

  /**
   * Gives what was just made a mode that would keep this process out, if it is such a one.
   *
   * @param needed what it was made with in any case
   */
  void made(int mode, int needed) throws LinuxException {
    Real real = real();
    ledger.forget(real.id);
    if ((mode & needed) != needed) {
      chmod(real.stat.mode() & (mode | ~needed));
    }
  }

  void stand(Dir.Node node) throws LinuxException {
    Real real = real();
    ledger.stand(real.stat, real.id, node);
  }

  void showModified(Timestamp mtime) throws LinuxException {
    Real real = real();
    ledger.showModified(real.stat, real.id, mtime);
  }

  Optional<byte[]> xattr(String attribute) throws LinuxException {
    return ledger.xattr(real().id, attribute);
  }

  Map<String, byte[]> xattrs() throws LinuxException {
    return ledger.xattrs(real().id);
  }

  void setXattr(String attribute, byte[] value) throws LinuxException {
    Real real = real();
    ledger.setXattr(real.stat, real.id, attribute, value);
  }

  void removeXattr(String attribute) throws LinuxException {
    Real real = real();
    ledger.setXattr(real.stat, real.id, attribute, null);
  }
}
