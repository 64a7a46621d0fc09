package dev.janiko.builder.rootfs;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.DirEntry;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.Ledger;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.linux.Pin;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A directory that is the root of a file system of its own.
 *
 * <p>Paths are taken from that root, with or without a leading slash. They are resolved as a
 * process in a chroot would: links are followed, absolute ones start again at the root, {@code ..}
 * at the root stays there. Nothing outside is ever reached, also if somebody renames directories
 * meanwhile: every step is taken on the descriptor of the directory before it and none through a
 * link.
 *
 * <p>Directories that were passed are kept open, so that neighbours cost no further walk. Whoever
 * lets others change the file system calls {@link #forget} afterwards. Used by one thread at a
 * time.
 */
public final class RootFs implements AutoCloseable {
  private static final int MAX_LINKS = 40;
  private static final int MAX_HANDLES = 256;

  private final UnixPath path;
  private final Dir root;

  /** Open directories by their path without links; with one, all directories above it are there. */
  private final Map<String, Dir> handles = new HashMap<>();

  /** Handles that are no longer used for walks but may still be in a caller's hands. */
  private final List<Dir> retired = new ArrayList<>();

  /** What the paths that callers use came to. */
  private final Map<String, String> aliases = new HashMap<>();

  private final ExcludedPaths foreign;

  private RootFs(UnixPath path, Dir root, ExcludedPaths foreign) {
    this.path = path;
    this.root = root;
    this.foreign = foreign;
  }

  /** Opens the root itself, following links. */
  public static RootFs open(Path path) throws IOException {
    return open(path, null);
  }

  /**
   * Opens the root itself, following links.
   *
   * @param ledger holds what root alone could set on what is in it; null if this process can
   */
  public static RootFs open(Path path, @Nullable Ledger ledger) throws IOException {
    return open(path, ledger, ExcludedPaths.none());
  }

  /**
   * Opens the root itself, following links, of which parts are not the image's.
   *
   * @param ledger holds what root alone could set on what is in it; null if this process can
   * @param foreign whether a path without links, relative to the root, is not the image's
   */
  public static RootFs open(Path path, @Nullable Ledger ledger, ExcludedPaths foreign)
      throws IOException {
    requireNonNull(foreign, "foreign is null");
    UnixPath root = UnixPath.of(path.toAbsolutePath().toString());
    return new RootFs(root, Dir.open(root, ledger), foreign);
  }

  /** Whether what is at a raw path without links, from the root, is not the image's. */
  public boolean isForeign(String place) {
    return foreign.test(UnixPath.ofRaw(place));
  }

  /**
   * Refuses to write where what is written would not be in the image.
   *
   * @param place a raw path without links, from the root
   * @throws IOException if it is not the image's
   */
  public void requireOwn(String place) throws IOException {
    if (isForeign(place)) {
      throw new IOException(
          "/"
              + UnixPath.ofRaw(place)
              + " is not the image's but this container's: it is mounted, ignored, or belongs to"
              + " the build; choose another path in the image, or another place for the mount");
    }
  }

  /** A directory of this root as a root of its own, which the caller closes. */
  public RootFs below(UnixPath directory) throws IOException {
    return new RootFs(
        path.resolve(directory.toString()), openDirectory(directory), ExcludedPaths.none());
  }

  /**
   * Another folder as a root of its own, which the caller closes; what root alone could set is kept
   * where it is for this one.
   */
  public RootFs beside(Path folder) throws IOException {
    UnixPath there = UnixPath.of(folder.toAbsolutePath().toString());
    return new RootFs(there, root.beside(there), ExcludedPaths.none());
  }

  /** Where the root is in the file system of this process. */
  public UnixPath path() {
    return path;
  }

  /**
   * A place in the tree that a path leads to; there need not be anything yet.
   *
   * @param parent the directory that it is in, open until the next call on the {@code RootFs}; of
   *     the root, the root
   * @param name its name there; empty if the place is the root
   * @param path its path from the root without any links, as raw names with slashes between
   */
  public record Location(Dir parent, String name, String path) {
    /** Whether it is the root, which has no name. */
    public boolean isRoot() {
      return name.isEmpty();
    }

    /** What is there. */
    public Optional<Stat> find() throws LinuxException {
      return isRoot() ? Optional.of(parent.stat()) : parent.find(name);
    }
  }

  /**
   * Finds the place that a path leads to.
   *
   * @param followLast whether a link at the end of the path is followed too
   * @throws LinuxException with ENOENT or ENOTDIR if a directory on the way is missing or is
   *     something else, ELOOP if there are too many links
   */
  public Location resolve(UnixPath path, boolean followLast) throws IOException {
    return locate(path.raw(), followLast, RootFs::refuse);
  }

  /**
   * Finds the place that a path leads to, making what is missing on the way.
   *
   * @param gap makes a directory where one is missing
   */
  public Location resolve(UnixPath path, Gap gap) throws IOException {
    return locate(path.raw(), true, gap);
  }

  /**
   * Makes a directory with all that are missing above it; one that is there stays as it is.
   *
   * @param mode permission bits of those that are made
   * @param uid their owner
   * @param gid their group
   * @throws LinuxException with ENOTDIR if something else is in the way
   */
  public Location makeDirectories(UnixPath path, int mode, long uid, long gid) throws IOException {
    Gap make =
        (parent, missing) -> {
          String name = RootPath.name(missing);
          if (parent.find(name).isPresent()) {
            return refuse(parent, missing);
          }
          requireOwn(missing);
          parent.makeDirectory(name, mode & 0777);
          try (Dir made = parent.openDir(name)) {
            made.chown(uid, gid);
            made.chmod(mode);
          }
          return Optional.empty();
        };
    return place(walkDirectory(path.raw(), make));
  }

  /** What is at a path, or nothing if it or a directory on the way is missing. */
  public Optional<Stat> stat(UnixPath path, boolean followLast) throws IOException {
    try {
      return resolve(path, followLast).find();
    } catch (LinuxException missing) {
      return absent(missing);
    }
  }

  private static Optional<Stat> absent(LinuxException missing) throws LinuxException {
    if (missing.errno().equals(Errno.ENOENT) || missing.errno().equals(Errno.ENOTDIR)) {
      return Optional.empty();
    }
    throw missing;
  }

  /**
   * Opens a regular file for reading.
   *
   * @throws LinuxException with EINVAL if it is a pipe, a device or anything else that may block
   */
  public OpenFile openFile(UnixPath path) throws IOException {
    Location place = resolve(path, true);
    if (place.isRoot()) {
      throw new LinuxException("open(" + path + ")", Errno.EISDIR);
    }
    if (place.parent().find(place.name()).filter(stat -> !stat.isRegular()).isPresent()) {
      throw new LinuxException("open(" + path + "), not a regular file", Errno.EINVAL);
    }
    OpenFile file = place.parent().openFile(place.name());
    if (!file.stat().isRegular()) {
      file.close();
      throw new LinuxException("open(" + path + "), not a regular file", Errno.EINVAL);
    }
    return file;
  }

  /**
   * Reads a small regular file.
   *
   * @throws IOException if it is longer than allowed, or no regular file
   */
  public byte[] readFile(UnixPath path, int maxBytes) throws IOException {
    try (OpenFile file = openFile(path)) {
      long size = file.stat().size();
      if (size > maxBytes) {
        throw new IOException(path + " has " + size + " bytes; allowed are " + maxBytes);
      }
      byte[] content = new byte[(int) size];
      int length = 0;
      while (length < content.length) {
        int count = file.read(content, length, content.length - length);
        if (count < 0) {
          return Arrays.copyOf(content, length);
        }
        length += count;
      }
      return content;
    }
  }

  /** The entries of a directory, sorted by the bytes of their names. */
  public List<DirEntry> list(UnixPath path) throws IOException {
    return walkDirectoryHandle(path).entries().stream()
        .sorted(Comparator.comparing(DirEntry::name))
        .toList();
  }

  private Dir walkDirectoryHandle(UnixPath directory) throws IOException {
    return handle(walkDirectory(directory.raw(), RootFs::refuse));
  }

  /** Opens a directory for the caller, who closes it. */
  public Dir openDirectory(UnixPath path) throws IOException {
    return walkDirectoryHandle(path).duplicate();
  }

  /** Holds what is at a path without opening it; a link at its end is held itself. */
  public Pin pin(UnixPath path) throws IOException {
    Location place = resolve(path, false);
    if (place.isRoot()) {
      throw new IllegalArgumentException("the root has no name to pin");
    }
    return place.parent().pin(place.name());
  }

  /** Removes what is at a path, with all below it; a link at its end is removed, not followed. */
  public void remove(UnixPath path) throws IOException {
    Location place = resolve(path, false);
    if (place.isRoot()) {
      throw new IllegalArgumentException("the root is not to be removed");
    }
    remove(place, kept -> false);
  }

  /**
   * Removes what is at a place, except for paths that are kept and the directories above them.
   *
   * @return whether all of it is gone
   */
  boolean remove(Location place, Predicate<String> kept) throws IOException {
    Optional<Stat> stat = place.find();
    if (stat.isEmpty()) {
      return true;
    }
    String parent = RootPath.parent(place.path());
    boolean gone =
        place
            .parent()
            .removeTree(place.name(), path -> kept.test(RootPath.join(parent, path.raw())));
    if (stat.get().isDirectory() || stat.get().isSymlink()) {
      forget();
    }
    return gone;
  }

  /** Drops what is known of the tree, because it was changed by others. */
  public void forget() {
    retired.forEach(Dir::close);
    retired.clear();
    retired.addAll(handles.values());
    handles.clear();
    aliases.clear();
  }

  /** The place of a path, with gaps on the way filled. */
  Location locate(String path, boolean followLast, Gap gap) throws IOException {
    if (handles.size() > MAX_HANDLES) {
      forget();
    }
    int slash = path.lastIndexOf('/');
    String parent = slash < 0 ? "" : path.substring(0, slash);
    String name = path.substring(slash + 1);
    if (followLast || name.isEmpty() || name.equals(".") || name.equals("..")) {
      return walk(path, followLast, gap);
    }
    String known = aliases.get(parent);
    if (known == null) {
      known = walkDirectory(parent, gap);
      aliases.put(parent, known);
    }
    return new Location(handle(known), name, RootPath.join(known, name));
  }

  private String walkDirectory(String path, Gap gap) throws IOException {
    if (handles.size() > MAX_HANDLES) {
      forget();
    }
    return new Walk(path, gap, false).directory();
  }

  private Location walk(String path, boolean followLast, Gap gap) throws IOException {
    return new Walk(path, gap, followLast).place();
  }

  private Location place(String path) throws IOException {
    return path.isEmpty()
        ? new Location(root, "", "")
        : new Location(handle(RootPath.parent(path)), RootPath.name(path), path);
  }

  /** The directory at a path without links that this walk or one before has passed. */
  private Dir handle(String path) throws LinuxException {
    if (path.isEmpty()) {
      return root;
    }
    Dir known = handles.get(path);
    if (known == null) {
      known = handle(RootPath.parent(path)).openDir(RootPath.name(path));
      handles.put(path, known);
    }
    return known;
  }

  private static Optional<String> refuse(Dir parent, String path) throws IOException {
    boolean there = parent.find(RootPath.name(path)).isPresent();
    throw new LinuxException(
        "resolve(" + UnixPath.ofRaw("/" + path) + ") in " + parent,
        there ? Errno.ENOTDIR : Errno.ENOENT);
  }

  /** One way through the tree. */
  private final class Walk {
    private final String asked;
    private final Gap gap;
    private final boolean followLast;
    private final Deque<String> todo;
    private String at = "";
    private int links;

    private Walk(String asked, Gap gap, boolean followLast) {
      this.asked = asked;
      this.gap = gap;
      this.followLast = followLast;
      this.todo = new ArrayDeque<>(RootPath.names(asked));
    }

    /** Goes all the way, to a directory. */
    private String directory() throws IOException {
      while (!todo.isEmpty()) {
        String name = todo.removeFirst();
        if (!enter(name) && !follow(name)) {
          fill(name);
        }
      }
      return at;
    }

    /** Goes as far as to the last name, which may be anything or nothing. */
    private Location place() throws IOException {
      while (!todo.isEmpty()) {
        String name = todo.removeFirst();
        boolean last = todo.isEmpty() && !asked.endsWith("/");
        if (last && !followLast && !name.equals("..")) {
          return new Location(handle(at), name, RootPath.join(at, name));
        }
        if (enter(name) || follow(name)) {
          continue;
        }
        if (last) {
          return new Location(handle(at), name, RootPath.join(at, name));
        }
        fill(name);
      }
      return RootFs.this.place(at);
    }

    private boolean enter(String name) throws IOException {
      if (name.equals("..")) {
        at = RootPath.parent(at);
        return true;
      }
      String next = RootPath.join(at, name);
      if (!handles.containsKey(next)) {
        Optional<Dir> dir = handle(at).findDir(name);
        if (dir.isEmpty()) {
          return false;
        }
        handles.put(next, dir.get());
      }
      at = next;
      return true;
    }

    private boolean follow(String name) throws IOException {
      Optional<String> target = handle(at).findLink(name);
      target.ifPresent(this::go);
      if (links > MAX_LINKS) {
        throw new LinuxException("resolve(" + UnixPath.ofRaw(asked) + ")", Errno.ELOOP);
      }
      return target.isPresent();
    }

    private void go(String target) {
      links++;
      if (target.startsWith("/")) {
        at = "";
      }
      RootPath.names(target).descendingIterator().forEachRemaining(todo::addFirst);
    }

    private void fill(String name) throws IOException {
      Optional<String> target = gap.fill(handle(at), RootPath.join(at, name));
      if (target.isPresent()) {
        go(target.get());
        if (links > MAX_LINKS) {
          throw new LinuxException("resolve(" + UnixPath.ofRaw(asked) + ")", Errno.ELOOP);
        }
      } else if (!enter(name)) {
        refuse(handle(at), RootPath.join(at, name));
      }
    }
  }

  /** Closes all that is open. */
  @Override
  public void close() {
    forget();
    forget();
    root.close();
  }

  /** The path of the root. */
  @Override
  public String toString() {
    return requireNonNull(path.toString());
  }
}
