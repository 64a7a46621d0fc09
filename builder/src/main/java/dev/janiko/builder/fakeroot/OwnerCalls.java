package dev.janiko.builder.fakeroot;

import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.TracedInode;
import java.io.IOException;

/** Calls that set owners and permission bits. */
final class OwnerCalls {
  private static final long UNCHANGED = 0xffff_ffffL;
  private static final int BITS = 07777;

  private final Caller caller;

  OwnerCalls(Caller caller) {
    this.caller = caller;
  }

  Reply chown(boolean follow) throws IOException {
    String path = caller.string(0);
    try (TracedInode inode = caller.at(path, follow)) {
      return own(inode, caller.id(1), caller.id(2));
    }
  }

  Reply fchown() throws IOException {
    try (TracedInode inode = caller.descriptor(caller.number(0))) {
      return own(inode, caller.id(1), caller.id(2));
    }
  }

  Reply fchownat() throws IOException {
    String path = caller.string(1);
    try (TracedInode inode = caller.at(caller.number(0), path, caller.word(4))) {
      return own(inode, caller.id(2), caller.id(3));
    }
  }

  private Reply own(TracedInode inode, long uid, long gid) throws IOException {
    Identity identity = caller.identity();
    if (!identity.may(Identity.CHOWN)) {
      Stat stat = inode.stat();
      boolean owner = stat.uid() == identity.user().files();
      boolean keepsUser = uid == UNCHANGED || uid == stat.uid();
      boolean ownGroup = gid == UNCHANGED || gid == stat.gid() || identity.isIn(gid);
      if (!owner || !keepsUser || !ownGroup) {
        throw new LinuxException("chown", Errno.EPERM);
      }
    }
    inode.chown(uid, gid);
    return Reply.DONE;
  }

  Reply chmod() throws IOException {
    String path = caller.string(0);
    try (TracedInode inode = caller.at(path, true)) {
      return mode(inode, caller.number(1));
    }
  }

  Reply fchmod() throws IOException {
    try (TracedInode inode = caller.descriptor(caller.number(0))) {
      return mode(inode, caller.number(1));
    }
  }

  /**
   * The calls that take a directory.
   *
   * @param flags of fchmodat2(2); its older form has none
   */
  Reply fchmodat(long flags) throws IOException {
    String path = caller.string(1);
    try (TracedInode inode = caller.at(caller.number(0), path, flags)) {
      if (inode.stat().isSymlink()) {
        throw new LinuxException("chmod of a link", Errno.EOPNOTSUPP);
      }
      return mode(inode, caller.number(2));
    }
  }

  private Reply mode(TracedInode inode, int mode) throws IOException {
    long user = caller.identity().user().files();
    if (user != 0 && inode.stat().uid() != user) {
      throw new LinuxException("chmod", Errno.EPERM);
    }
    inode.chmod(mode & BITS);
    return Reply.DONE;
  }
}
