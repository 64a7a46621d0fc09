package dev.janiko.builder.linux;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What inodes would be if this process were root: owners, devices, attributes and modes that only
 * root may set, or that would keep this process itself out.
 *
 * <p>Directories and files that are opened with a ledger ({@link Dir#open(UnixPath, Ledger)}) show
 * what is in it and write to it. An inode that it does not know and that belongs to this process's
 * user is shown as root's, since whatever an image's root makes is. Entries live as long as the
 * ledger, and end with their inode.
 *
 * <p>Thread-safe.
 */
public final class Ledger {
  private static final int OWNER_FILE = 0600;
  private static final int OWNER_DIRECTORY = 0700;

  /** The sticky bit: turned over where the mode on the disk is not the one to show. */
  private static final int MARK = 01000;

  private final long user;
  private final Map<Key, Entry> entries = new ConcurrentHashMap<>();
  private final AtomicReference<Timestamp> newest = new AtomicReference<>(Timestamp.EPOCH);
  private volatile boolean birthsUnknown;
  private volatile boolean groupsInherited;

  private record Key(long device, long inode) {}

  /**
   * What is known of an inode.
   *
   * @param born when the inode was made
   * @param mode the permission bits to show while those on the disk are {@code placed}; -1 for
   *     those on the disk
   * @param device type and number of a device whose place an empty file holds
   * @param times the time to show while that on the disk is another
   */
  private record Entry(
      Timestamp born,
      long uid,
      long gid,
      int mode,
      int placed,
      @Nullable Device device,
      @Nullable Times times,
      Map<String, byte[]> xattrs) {

    Entry withOwner(long newUid, long newGid) {
      return new Entry(born, newUid, newGid, mode, placed, device, times, xattrs);
    }

    Entry withMode(int shown, int onDisk) {
      return new Entry(born, uid, gid, shown, onDisk, device, times, xattrs);
    }

    Entry withDevice(Device it) {
      return new Entry(born, uid, gid, mode, placed, it, times, xattrs);
    }

    Entry withTimes(Times it) {
      return new Entry(born, uid, gid, mode, placed, device, it, xattrs);
    }

    Entry withXattrs(Map<String, byte[]> all) {
      return new Entry(born, uid, gid, mode, placed, device, times, Map.copyOf(all));
    }

    boolean saysNothing() {
      return uid == 0
          && gid == 0
          && mode < 0
          && device == null
          && times == null
          && xattrs.isEmpty();
    }
  }

  private record Device(FileType type, long number) {}

  private record Times(Timestamp shown, Timestamp onDisk) {}

  private Ledger(long user) {
    this.user = user;
  }

  /** An empty one for this process's user. */
  public static Ledger create() {
    return new Ledger(Syscall.call(SystemCall.GETEUID, 0));
  }

  /** Whether an inode is this process's, so that it may change it. */
  public boolean isOurs(Stat real) {
    return isUser(real.uid());
  }

  boolean isUser(long uid) {
    return uid == user;
  }

  /**
   * Names an inode that a struct statx describes. Those of others are not removed by this process,
   * and overlayfs forgets when they were made once they are written to.
   */
  InodeId id(MemorySegment struct, Stat real) {
    InodeId id = InodeId.of(struct, real);
    return isOurs(real) ? id : new InodeId(id.device(), id.inode(), Timestamp.EPOCH);
  }

  /** How an inode is to be shown, which a struct statx describes. */
  Stat shown(MemorySegment struct) {
    Stat real = Stat.of(struct);
    return shown(real, id(struct, real));
  }

  Stat shown(Stat real, InodeId id) {
    Entry entry = find(id);
    if (entry == null) {
      return isOurs(real) ? real.withOwner(0, 0) : real;
    }
    Stat stat = real.withOwner(entry.uid, entry.gid);
    if (entry.mode >= 0 && real.mode() == entry.placed) {
      stat = stat.withMode(entry.mode);
    }
    Device device = entry.device;
    if (device != null && real.isRegular()) {
      stat = stat.asDevice(device.type, device.number);
    }
    Times times = entry.times;
    return times != null && times.onDisk.equals(real.mtime())
        ? stat.withModified(times.shown)
        : stat;
  }

  private @Nullable Entry find(InodeId id) {
    Entry entry = entries.get(new Key(id.device(), id.inode()));
    return entry != null && entry.born.equals(id.born()) ? entry : null;
  }

  /** Whether something is known of an inode, or of one that is gone and had its number. */
  boolean mayKnow(long device, long inode) {
    return !entries.isEmpty() && entries.containsKey(new Key(device, inode));
  }

  boolean knows(InodeId id) {
    return find(id) != null;
  }

  private void change(Stat real, InodeId id, UnaryOperator<Entry> change) {
    Entry blank =
        new Entry(
            id.born(),
            isOurs(real) ? 0 : real.uid(),
            isOurs(real) ? 0 : real.gid(),
            -1,
            0,
            null,
            null,
            Map.of());
    entries.compute(
        new Key(id.device(), id.inode()),
        (_, known) -> {
          boolean current = known != null && known.born.equals(id.born());
          Entry changed = change.apply(current ? known : blank);
          return changed.saysNothing() && isOurs(real) ? null : changed;
        });
    newest.accumulateAndGet(id.born(), (a, b) -> a.compareTo(b) > 0 ? a : b);
    if (isOurs(real) && id.born().equals(Timestamp.EPOCH)) {
      birthsUnknown = true;
    }
  }

  /** Gives an inode an owner; those of 2^32-1 stay. */
  void own(Stat real, InodeId id, long uid, long gid) {
    if (uid == 0 && gid == 0 && isOurs(real) && find(id) == null) {
      entries.remove(new Key(id.device(), id.inode()));
      return;
    }
    change(
        real,
        id,
        entry ->
            entry.withOwner(
                uid == Inode.UNCHANGED ? entry.uid : uid,
                gid == Inode.UNCHANGED ? entry.gid : gid));
    noteGroup(real, gid);
  }

  /** Forgets an inode that is gone, because its number is another's now. */
  void forget(InodeId id) {
    entries.remove(new Key(id.device(), id.inode()));
  }

  /**
   * Takes a mode and answers the one to put on the disk, with which this process keeps its access.
   */
  int place(Stat real, InodeId id, int mode) {
    int needed = real.isDirectory() ? OWNER_DIRECTORY : OWNER_FILE;
    boolean open = (mode & needed) == needed;
    int placed = open ? mode : (mode | needed) ^ MARK;
    if (!open || find(id) != null) {
      change(real, id, entry -> entry.withMode(open ? -1 : mode, placed));
    }
    return placed;
  }

  /** Setgid may be set later without anybody noticing. */
  private void noteGroup(Stat stat, long gid) {
    if (stat.isDirectory() && gid != 0 && gid != Inode.UNCHANGED) {
      groupsInherited = true;
    }
  }

  /** Has an inode that belongs to others shown with a mode of its own. */
  void show(Stat real, InodeId id, int mode) {
    change(real, id, entry -> entry.withMode(mode, real.mode()));
  }

  /** Has an inode that belongs to others shown with a time of its own. */
  void showModified(Stat real, InodeId id, Timestamp mtime) {
    change(real, id, entry -> entry.withTimes(new Times(mtime, real.mtime())));
  }

  /** Makes an empty file stand for a device. */
  void stand(Stat real, InodeId id, Dir.Node node) {
    long number = (long) node.major() << Integer.SIZE | Integer.toUnsignedLong(node.minor());
    change(real, id, entry -> entry.withDevice(new Device(node.type(), number)));
  }

  /** Whether an attribute is kept here, as only root may set it. */
  static boolean keeps(String attribute) {
    return attribute.startsWith("security.") || attribute.startsWith("trusted.");
  }

  Map<String, byte[]> xattrs(InodeId id) {
    Entry entry = find(id);
    return entry == null ? Map.of() : entry.xattrs;
  }

  Optional<byte[]> xattr(InodeId id, String attribute) {
    return Optional.ofNullable(xattrs(id).get(attribute));
  }

  void setXattr(Stat real, InodeId id, String attribute, byte @Nullable [] value) {
    change(
        real,
        id,
        entry -> {
          Map<String, byte[]> all = new TreeMap<>(entry.xattrs);
          if (value == null) {
            all.remove(attribute);
          } else {
            all.put(attribute, value.clone());
          }
          return entry.withXattrs(all);
        });
  }

  /**
   * Whether an inode that is made now could be taken for one that was known and is gone, as the
   * clock has not moved on since.
   */
  public boolean mayConfuseNew(Timestamp now) {
    return !entries.isEmpty() && (birthsUnknown || newest.get().compareTo(now) >= 0);
  }

  /** Whether there may be directories that hand a group on to what is made in them. */
  public boolean handsGroupsOn() {
    return groupsInherited;
  }

  /** How many inodes are known. */
  public int size() {
    return entries.size();
  }
}
