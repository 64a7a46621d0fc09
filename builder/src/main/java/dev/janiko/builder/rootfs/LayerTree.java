package dev.janiko.builder.rootfs;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs.Location;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The tree that one layer goes into, together with what the layers below it show through.
 *
 * <p>A path of the layer may lead through directories and links that only lower layers have. Such a
 * directory is made here with the lower one's owner, mode, attributes and time, so that the merged
 * view keeps them; such a link is followed.
 */
final class LayerTree implements AutoCloseable {
  private static final byte[] YES = {'y'};
  private static final int IMPLIED_MODE = 0755;

  private final RootFs root;
  private final LowerLayers lowers;
  private final UnpackOptions options;
  private final DirectoryFinish finish = new DirectoryFinish();

  /** Directories of this layer that hide all below them. */
  private final Set<String> opaque = new HashSet<>();

  /** What this layer has written, needed where an opaque mark comes late. */
  private final Set<String> written = new HashSet<>();

  private LayerTree(RootFs root, LowerLayers lowers, UnpackOptions options) {
    this.root = root;
    this.lowers = lowers;
    this.options = options;
  }

  static LayerTree open(Path directory, UnpackOptions options) throws IOException {
    return open(RootFs.open(directory, options.ledger()), options);
  }

  /** Takes a root, which is closed with the tree or if this fails. */
  static LayerTree open(RootFs root, UnpackOptions options) throws IOException {
    try {
      LayerTree tree = new LayerTree(root, LowerLayers.open(options), options);
      tree.adoptRoot();
      return tree;
    } catch (IOException failure) {
      root.close();
      throw failure;
    }
  }

  /** The merged view shows the topmost layer's root, which an archive need not describe. */
  private void adoptRoot() throws IOException {
    Optional<LowerLayers.Found> below = lowers.find("");
    if (below.isPresent()) {
      adopt(root.resolve(UnixPath.ofRaw(""), true).parent(), "", below.get());
    }
  }

  DirectoryFinish finish() {
    return finish;
  }

  boolean isExcluded(String path) {
    return options.excluded().test(UnixPath.ofRaw(path));
  }

  /** The place of an entry; directories that are missing on the way are made. */
  Location locate(String path) throws IOException {
    return root.locate(path, false, this::makeMissing);
  }

  void wrote(String path) {
    if (!options.whiteouts().isOverlay()) {
      written.add(path);
    }
  }

  private Optional<String> makeMissing(Dir parent, String path) throws IOException {
    if (isExcluded(path)) {
      throw new ExcludedException(path);
    }
    Optional<String> target = passThrough(parent, path);
    if (target.isPresent() || parent.findDir(RootPath.name(path)).map(this::closed).isPresent()) {
      return target;
    }
    String name = RootPath.name(path);
    boolean replaces = parent.find(name).isPresent();
    if (replaces) {
      parent.unlink(name);
    }
    parent.makeDirectory(name, IMPLIED_MODE);
    try (Dir made = parent.openDir(name)) {
      made.chmod(IMPLIED_MODE);
      if (replaces) {
        markOpaque(made, path);
      }
    }
    return Optional.empty();
  }

  private Dir closed(Dir dir) {
    dir.close();
    return dir;
  }

  /** Takes what lower layers have here; if they have nothing, nothing is done. */
  private Optional<String> passThrough(Dir parent, String path) throws IOException {
    String name = RootPath.name(path);
    Optional<Stat> own = parent.find(name);
    if (own.isPresent()) {
      if (own.get().isOverlayWhiteout() && options.whiteouts().isOverlay()) {
        return Optional.empty();
      }
      throw below(path);
    }
    Optional<LowerLayers.Found> found = findBelow(path);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    LowerLayers.Found lower = found.get();
    return switch (lower.stat().type()) {
      case SYMLINK -> lower.parent().findLink(lower.name());
      case DIRECTORY -> {
        parent.makeDirectory(name, 0700);
        try (Dir made = parent.openDir(name)) {
          adopt(made, path, lower);
        }
        yield Optional.empty();
      }
      default -> throw below(path);
    };
  }

  private static IOException below(String path) {
    return new LinuxException("unpack an entry below " + UnixPath.ofRaw("/" + path), Errno.ENOTDIR);
  }

  /** Gives a directory what its counterpart in a lower layer has. */
  private void adopt(Dir made, String path, LowerLayers.Found lower) throws IOException {
    Stat stat = lower.stat();
    made.chown(stat.uid(), stat.gid());
    for (Map.Entry<String, byte[]> xattr : lower.xattrs().entrySet()) {
      if (!EntryWriter.isOverlays(xattr.getKey())) {
        made.setXattr(xattr.getKey(), xattr.getValue());
      }
    }
    finish.add(path, stat.mode(), stat.mtime());
  }

  private Optional<LowerLayers.Found> findBelow(String path) throws IOException {
    if (lowers.isEmpty()) {
      return Optional.empty();
    }
    for (String above = path; !above.isEmpty(); ) {
      above = RootPath.parent(above);
      if (opaque.contains(above)) {
        return Optional.empty();
      }
    }
    return lowers.find(path);
  }

  /** Hides what lower layers have in a directory that this layer has made anew. */
  void markOpaque(Dir dir, String path) throws IOException {
    if (options.whiteouts().isOverlay() && !lowers.isEmpty()) {
      dir.setXattr(options.whiteouts().opaqueAttribute(), YES);
      opaque.add(path);
    }
  }

  /** Makes room for an entry: removes what is at its place, except for excluded paths. */
  void clear(Location place) throws IOException {
    finish.remove(place.path());
    opaque.removeIf(path -> RootPath.isWithin(path, place.path()));
    if (!root.remove(place, this::isExcluded)) {
      throw new LinuxException(
          "replace " + UnixPath.ofRaw("/" + place.path()) + ", which holds an excluded path",
          Errno.EBUSY);
    }
  }

  /** Carries out a whiteout: the place is gone, in this layer and below. */
  void whiteOut(String path) throws IOException {
    Optional<Location> found = locateExisting(path);
    if (found.isEmpty() || isExcluded(found.get().path())) {
      return;
    }
    String place = found.get().path();
    finish.remove(place);
    opaque.removeIf(dir -> RootPath.isWithin(dir, place));
    root.remove(found.get(), this::isExcluded);
    if (options.whiteouts().isOverlay() && findBelow(place).isPresent()) {
      Location fresh = locate(place);
      fresh.parent().makeNode(fresh.name(), Dir.Node.WHITEOUT);
    }
  }

  /** Carries out an opaque mark: of the directory only what this layer brings stays. */
  void makeOpaque(String path) throws IOException {
    Optional<Location> found = locateExisting(path + "/.");
    if (found.isEmpty()) {
      return;
    }
    Location place = found.get();
    if (options.whiteouts().isOverlay()) {
      if (place.isRoot()) {
        markOpaque(place.parent(), "");
      } else {
        try (Dir dir = place.parent().openDir(place.name())) {
          markOpaque(dir, place.path());
        }
      }
      return;
    }
    Predicate<String> kept = child -> written.contains(child) || isExcluded(child);
    String parent = place.path();
    for (var entry : root.list(UnixPath.ofRaw(parent))) {
      String child = RootPath.join(parent, entry.name());
      finish.remove(child);
      root.remove(locate(child), kept);
    }
  }

  /** The place of a path if this layer or one below has the way to it, in which case it is made. */
  private Optional<Location> locateExisting(String path) throws IOException {
    try {
      return Optional.of(root.locate(path, false, this::adoptMissing));
    } catch (NothingException absent) {
      return Optional.empty();
    }
  }

  private Optional<String> adoptMissing(Dir parent, String path) throws IOException {
    if (isExcluded(path)) {
      throw new NothingException();
    }
    Optional<String> target = passThrough(parent, path);
    if (target.isEmpty() && parent.find(RootPath.name(path)).filter(Stat::isDirectory).isEmpty()) {
      throw new NothingException();
    }
    return target;
  }

  /** Says that an entry's place is below an excluded path. */
  static final class ExcludedException extends IOException {
    private ExcludedException(String path) {
      super(UnixPath.ofRaw("/" + path) + " is excluded");
    }
  }

  /** Says that a path leads nowhere. */
  private static final class NothingException extends IOException {
    private NothingException() {
      super("nothing there");
    }
  }

  /**
   * The place of a hard link's target, brought up from a lower layer if only that has it.
   *
   * @throws LinuxException with ENOENT if there is none
   */
  Location linkTarget(String path) throws IOException {
    Location place = locate(path);
    if (isExcluded(place.path())) {
      throw new LinuxException("hard link to " + UnixPath.ofRaw("/" + path), Errno.EACCES);
    }
    if (place.isRoot() || place.find().isPresent()) {
      return place;
    }
    LowerLayers.Found lower =
        findBelow(place.path())
            .orElseThrow(() ->
                new LinuxException("hard link to " + UnixPath.ofRaw("/" + path), Errno.ENOENT));
    copyUp(lower, place);
    return place;
  }

  private static void copyUp(LowerLayers.Found lower, Location place) throws IOException {
    Dir to = place.parent();
    Stat stat = lower.stat();
    switch (stat.type()) {
      case REGULAR -> {
        try (OpenFile source = lower.parent().openFile(lower.name());
            OpenFile copy = to.createFile(place.name(), 0600)) {
          copy.copyFrom(source);
        }
      }
      case SYMLINK -> to.makeSymlink(lower.parent().readLink(lower.name()), place.name());
      case FIFO, CHARACTER_DEVICE, BLOCK_DEVICE, SOCKET ->
          to.makeNode(
              place.name(),
              new Dir.Node(stat.type(), stat.mode(), stat.rdevMajor(), stat.rdevMinor()));
      case DIRECTORY ->
          throw new LinuxException(
              "hard link to the directory " + UnixPath.ofRaw("/" + place.path()), Errno.EPERM);
    }
    to.chown(place.name(), stat.uid(), stat.gid());
    if (!stat.isSymlink()) {
      to.chmod(place.name(), stat.mode());
    }
    for (Map.Entry<String, byte[]> xattr : lower.xattrs().entrySet()) {
      if (!EntryWriter.isOverlays(xattr.getKey())) {
        to.setXattr(place.name(), xattr.getKey(), xattr.getValue());
      }
    }
    to.setModified(place.name(), stat.mtime());
  }

  /** Sets what waits for the end. */
  void complete() throws IOException {
    finish.finish(root);
  }

  @Override
  public void close() {
    lowers.close();
    root.close();
  }
}
