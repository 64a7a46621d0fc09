package dev.janiko.builder.copy;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.DirEntry;
import dev.janiko.builder.linux.FileType;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.Timestamp;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Copies files and trees between open directories. Contents, modes, times, capabilities and links
 * within one tree are kept; sockets are left out. Used by one thread.
 */
final class TreeCopier {
  private static final String CAPABILITY = "security.capability";
  private static final int PERMISSIONS = 07777;

  private final RootFs target;
  private final CopyRules rules;
  private final Exclusions exclusions;
  private final Map<Inode, String> copied = new HashMap<>();

  /**
   * Sets up one copy.
   *
   * @param target the root file system copied into, for links to what was copied before
   * @param rules what copied files become
   * @param exclusions what is left out
   */
  TreeCopier(RootFs target, CopyRules rules, Exclusions exclusions) {
    this.target = target;
    this.rules = rules;
    this.exclusions = exclusions;
  }

  private record Inode(long device, long number) {}

  /**
   * Where something is.
   *
   * @param parent the directory it is in
   * @param name its raw name there
   * @param path its raw path from the root, without leading slash, for messages and patterns
   */
  record Place(Dir parent, String name, String path) {
    Place below(Dir directory, String child) {
      return new Place(directory, child, path.isEmpty() ? child : path + "/" + child);
    }
  }

  /** Copies one thing, whatever it is, to a place; directories there are merged with. */
  void copy(Place from, Stat stat, Place to) throws IOException {
    if (stat.isDirectory() || !exclusions.excludes(from.path())) {
      copyNamed(from, stat, to);
    }
  }

  /** Copies one thing that was asked for by name, so that no ignore rule applies to it any more. */
  void copyNamed(Place from, Stat stat, Place to) throws IOException {
    if (!stat.isDirectory()) {
      target.requireOwn(to.path());
    }
    switch (stat.type()) {
      case DIRECTORY -> copyDirectory(from, stat, to);
      case REGULAR -> copyRegular(from, stat, to);
      case SYMLINK -> {
        makeRoom(to);
        to.parent().makeSymlink(from.parent().readLink(from.name()), to.name());
        finish(stat, to);
      }
      case FIFO, CHARACTER_DEVICE, BLOCK_DEVICE -> {
        makeRoom(to);
        to.parent()
            .makeNode(
                to.name(),
                new Dir.Node(stat.type(), stat.mode(), stat.rdevMajor(), stat.rdevMinor()));
        finish(stat, to);
      }
      case SOCKET -> {
        // A socket without its process is nothing; no builder puts one into a layer.
      }
    }
  }

  /** Copies what is in a directory into another that exists. */
  void copyChildren(Dir from, String fromPath, Dir to, String toPath) throws IOException {
    List<DirEntry> entries = new ArrayList<>(from.entries());
    entries.sort(Comparator.comparing(DirEntry::name));
    Place source = new Place(from, "", fromPath);
    Place target = new Place(to, "", toPath);
    for (DirEntry entry : entries) {
      copy(source.below(from, entry.name()), entry.stat(), target.below(to, entry.name()));
    }
  }

  private void copyDirectory(Place from, Stat stat, Place to) throws IOException {
    try (Dir source = from.parent().openDir(from.name())) {
      boolean leftOut = exclusions.excludes(from.path());
      if (leftOut && !SourceFinder.anyIncluded(exclusions, source, from.path())) {
        return;
      }
      Optional<Stat> there = to.parent().find(to.name());
      if (there.isPresent() && !there.get().isDirectory() && rules.manner().linked()) {
        to.parent().unlink(to.name());
        there = Optional.empty();
      }
      if (there.isEmpty()) {
        target.requireOwn(to.path());
        to.parent().makeDirectory(to.name(), 0700);
      } else if (!there.get().isDirectory()) {
        throw new CopyException("cannot copy to non-directory: /" + shown(to.path()));
      }
      try (Dir copy = to.parent().openDir(to.name())) {
        copyChildren(source, from.path(), copy, to.path());
        if (target.isForeign(to.path())) {
          return;
        }
        if (leftOut && !rules.manner().parents()) {
          own(copy, there.isEmpty());
          return;
        }
        if (rules.manner().parents() && there.isPresent()) {
          return;
        }
        Owner owner = rules.owner().orElse(new Owner(stat.uid(), stat.gid()));
        copy.chown(owner.uid(), owner.gid());
        copy.chmod(rules.modeOf(stat.mode() & PERMISSIONS, true));
        copy.setModified(stat.mtime());
      }
    }
  }

  private void own(Dir made, boolean isNew) throws IOException {
    if (isNew) {
      made.chown(rules.madeOwner().uid(), rules.madeOwner().gid());
      made.chmod(rules.madeMode());
    }
  }

  private void copyRegular(Place from, Stat stat, Place to) throws IOException {
    Optional<Stat> replaced = to.parent().find(to.name());
    Timestamp changed = to.parent().stat().mtime();
    makeRoom(to);
    Inode inode = new Inode(stat.device(), stat.inode());
    String first = stat.links() > 1 ? copied.putIfAbsent(inode, to.path()) : null;
    if (first != null) {
      RootFs.Location link = target.resolve(UnixPath.ofRaw(first), false);
      to.parent().makeLink(link.parent(), link.name(), to.name());
      return;
    }
    try (OpenFile source = from.parent().openFile(from.name());
        OpenFile copy = to.parent().createFile(to.name(), 0600)) {
      copy.copyFrom(source);
      finish(copy, source.xattr(CAPABILITY), stat);
    }
    if (replaced.filter(old -> seemsSame(old, stat)).isPresent()) {
      // The directory is as it was: a copy of what is there already makes no layer.
      to.parent().setModified(changed);
    }
  }

  private static boolean seemsSame(Stat old, Stat copy) {
    return old.type() == copy.type()
        && old.size() == copy.size()
        && old.mtime().equals(copy.mtime());
  }

  private void finish(OpenFile target, Optional<byte[]> capability, Stat stat) throws IOException {
    Owner owner = rules.owner().orElse(new Owner(stat.uid(), stat.gid()));
    target.chown(owner.uid(), owner.gid());
    target.chmod(rules.modeOf(stat.mode() & PERMISSIONS, false));
    if (capability.isPresent()) {
      target.setXattr(CAPABILITY, capability.get());
    }
    target.setModified(stat.mtime());
  }

  private void finish(Stat stat, Place to) throws IOException {
    Owner owner = rules.owner().orElse(new Owner(stat.uid(), stat.gid()));
    to.parent().chown(to.name(), owner.uid(), owner.gid());
    if (stat.type() != FileType.SYMLINK) {
      to.parent().chmod(to.name(), rules.modeOf(stat.mode() & PERMISSIONS, false));
    }
    to.parent().setModified(to.name(), stat.mtime());
  }

  /** Writes a file of given content, as a heredoc is. */
  void write(byte[] content, int mode, Place to) throws IOException {
    target.requireOwn(to.path());
    makeRoom(to);
    try (OpenFile target = to.parent().createFile(to.name(), 0600)) {
      target.write(content, 0, content.length, 0);
      target.chown(rules.madeOwner().uid(), rules.madeOwner().gid());
      target.chmod(rules.modeOf(mode, false));
    }
  }

  /** Takes away what a file will replace: anything but a directory. */
  private void makeRoom(Place to) throws IOException {
    Optional<Stat> there = to.parent().find(to.name());
    if (there.isPresent() && there.get().isDirectory() && rules.manner().linked()) {
      to.parent().removeTree(to.name());
      return;
    }
    if (there.isPresent() && there.get().isDirectory()) {
      throw new CopyException("cannot replace to directory /" + shown(to.path()) + " with file");
    }
    if (there.isPresent()) {
      to.parent().unlink(to.name());
    }
  }

  private static String shown(String raw) {
    return UnixPath.ofRaw(raw).toString();
  }
}
