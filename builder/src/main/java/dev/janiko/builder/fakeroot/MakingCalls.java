package dev.janiko.builder.fakeroot;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.FileType;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.Timestamp;
import dev.janiko.builder.linux.TracedInode;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Calls that make files, directories, links and nodes.
 *
 * <p>What root makes with ordinary modes, the kernel makes. What belongs to another user or a
 * directory's group is made here for the caller, so that it is known which inode it became.
 */
final class MakingCalls {
  static final int O_CREAT = 0100;

  private static final int O_EXCL = 0200;
  private static final int O_WRONLY_TRUNC = 01001;
  private static final int O_CLOEXEC = 02000000;
  private static final int O_PATH = 010000000;
  private static final int SET_GROUP = 02000;
  private static final int BITS = 07777;
  private static final int FORMAT = 0170000;
  private static final int OWNER_FILE = 0600;
  private static final int OWNER_DIRECTORY = 0700;

  private final Caller caller;
  private final Dir root;

  /**
   * Sets up.
   *
   * @param root the root directory with the ledger
   */
  MakingCalls(Caller caller, Dir root) {
    this.caller = caller;
    this.root = root;
  }

  /** Where and how something is to be made. */
  private record Wanted(int directory, String path, int mode, int needed) {}

  /** Makes something in its directory, for whom it shall belong to. */
  private interface Make {
    Reply in(Dir parent, String name, Owner owner) throws IOException;
  }

  private record Owner(long uid, long gid, int mode) {}

  Reply open(int directory, int path, int flags, int mode) throws IOException {
    return file(directory, caller.string(path), caller.number(flags), caller.number(mode));
  }

  Reply creat() throws IOException {
    int flags = O_CREAT | O_WRONLY_TRUNC;
    return file(Caller.AT_FDCWD, caller.string(0), flags, caller.number(1));
  }

  Reply openat2() throws IOException {
    ByteBuffer how = caller.bytes(caller.word(2), 24);
    long flags = how.getLong();
    long mode = how.getLong();
    boolean ordinary = flags >>> 32 == 0 && how.getLong() == 0;
    return ordinary && (flags & O_CREAT) != 0
        ? file(caller.number(0), caller.string(1), (int) flags, (int) mode)
        : Reply.PROCEED;
  }

  private Reply file(int directory, String path, int flags, int mode) throws IOException {
    if ((flags & O_PATH) != 0) {
      return Reply.PROCEED;
    }
    return make(
        new Wanted(directory, path, mode, OWNER_FILE),
        (parent, name, owner) -> {
          try (OpenFile file = parent.createFile(name, flags, owner.mode)) {
            file.chown(owner.uid, owner.gid);
            caller.listener().succeedWith(file, (flags & O_CLOEXEC) != 0);
            return Reply.SENT;
          } catch (LinuxException e) {
            if (e.errno().equals(Errno.EEXIST) && (flags & O_EXCL) == 0) {
              return Reply.PROCEED;
            }
            throw e;
          }
        });
  }

  Reply directory(int directory, int path, int mode) throws IOException {
    String stripped = caller.string(path).replaceAll("(?<=[^/])/+$", "");
    return make(
        new Wanted(directory, stripped, caller.number(mode), OWNER_DIRECTORY),
        (parent, name, owner) -> {
          parent.makeDirectory(name, OWNER_DIRECTORY);
          try (Dir made = parent.openDir(name)) {
            made.chmod(owner.mode | (made.stat().mode() & SET_GROUP));
            made.chown(owner.uid, owner.gid);
          }
          return Reply.DONE;
        });
  }

  Reply symlink(int target, int directory, int path) throws IOException {
    String to = caller.string(target);
    return make(
        new Wanted(directory, caller.string(path), OWNER_FILE, OWNER_FILE),
        (parent, name, owner) -> {
          if (to.isEmpty()) {
            return Reply.PROCEED;
          }
          parent.makeSymlink(to, name);
          parent.chown(name, owner.uid, owner.gid);
          return Reply.DONE;
        });
  }

  Reply node(int directory, int path, int mode, int device) throws IOException {
    String where = caller.string(path);
    int wanted = caller.number(mode);
    FileType type =
        switch (wanted & FORMAT) {
          case 0, 0100000 -> FileType.REGULAR;
          case 0010000 -> FileType.FIFO;
          case 0020000 -> FileType.CHARACTER_DEVICE;
          case 0060000 -> FileType.BLOCK_DEVICE;
          default -> FileType.SOCKET;
        };
    int number = caller.number(device);
    boolean isDevice = type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE;
    if (isDevice && !caller.identity().may(Identity.MKNOD)) {
      return Reply.PROCEED;
    }
    // A device is never made by the kernel, so it is asked for with a mode that needs making.
    int needed = isDevice ? -1 : OWNER_FILE;
    return make(
        new Wanted(directory, where, wanted & BITS, needed),
        (parent, name, owner) -> {
          make(parent, name, type, number);
          parent.chmod(name, owner.mode);
          parent.chown(name, owner.uid, owner.gid);
          return Reply.DONE;
        });
  }

  private static void make(Dir parent, String name, FileType type, int number)
      throws LinuxException {
    if (type == FileType.REGULAR) {
      parent.createFile(name, OWNER_FILE).close();
      return;
    }
    int major = number >>> 8 & 0xfff;
    int minor = (number & 0xff) | (number >>> 12 & 0xfff00);
    parent.makeNode(name, new Dir.Node(type, OWNER_FILE, major, minor));
  }

  private Reply make(Wanted wanted, Make make) throws IOException {
    Identity identity = caller.identity();
    boolean open = (wanted.mode & wanted.needed) == wanted.needed;
    boolean ordinary =
        identity.makesRootsFiles() && open && !caller.ledger().mayConfuseNew(Timestamp.coarseNow());
    if (ordinary && !caller.ledger().handsGroupsOn()) {
      return Reply.PROCEED;
    }
    int slash = wanted.path.lastIndexOf('/');
    String name = wanted.path.substring(slash + 1);
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      return Reply.PROCEED;
    }
    String way = wanted.path.substring(0, slash + 1);
    try {
      if (ordinary) {
        Stat above =
            TracedInode.stat(caller.reach(wanted.directory, way, 0).path(), caller.ledger());
        if ((above.mode() & SET_GROUP) == 0 || above.gid() == 0) {
          return Reply.PROCEED;
        }
      }
      return make(caller.directory(wanted.directory, way, root), name, wanted, make);
    } catch (LinuxException e) {
      if (e.errno().equals(Errno.EEXIST)) {
        throw e;
      }
      // The kernel says what is wrong, or does what is not for here: other file systems.
      return Reply.PROCEED;
    }
  }

  private Reply make(Dir opened, String name, Wanted wanted, Make make) throws IOException {
    try (Dir parent = opened) {
      Identity identity = caller.identity();
      Stat above = parent.stat();
      boolean inherits = (above.mode() & SET_GROUP) != 0;
      long gid = inherits ? above.gid() : identity.group().files();
      int mode = wanted.mode & BITS & ~caller.tracees().umask(caller.thread());
      return make.in(parent, name, new Owner(identity.user().files(), gid, mode));
    }
  }
}
