package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.Timestamp;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.rootfs.RootFs.Location;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What stands in for mounts where none can be made: things are moved to their places before a
 * command and taken away after it.
 *
 * <p>What is at such a place is moved aside meanwhile. Secrets and sockets are links to a folder in
 * memory where there is one. Nothing can be made read-only, and no size be limited.
 */
final class PlacedMounts implements AutoCloseable {
  private static final int SECRET_FOLDER_MODE = 0711;
  private static final List<String> RUNTIME_FOLDERS = List.of("run/", "var/run/");

  private final RootFs root;
  private final KeptPaths kept;
  private final Path scratch;
  private final boolean links;
  private final MountPoints points;
  private final List<Placed> placed = new ArrayList<>();
  private final List<AgentForwarder> agents = new ArrayList<>();
  private final Set<Stat.Identity> moved = new HashSet<>();
  private Optional<MemoryFolder> memory = Optional.empty();
  private int hidden;

  /**
   * Sets up the mounts of one command.
   *
   * @param root the root, whose descriptors this closes
   * @param kept what in it is none of the image's
   * @param scratch an empty folder on the root's file system
   * @param links whether the command's paths are this process's, so that links to a folder in
   *     memory can stand for what must not be on a disk
   */
  PlacedMounts(RootFs root, KeptPaths kept, Path scratch, boolean links) {
    this.root = root;
    this.kept = kept;
    this.scratch = scratch;
    this.links = links;
    this.points = new MountPoints(root);
  }

  /**
   * Something in its place.
   *
   * @param path where, without links
   * @param source where it came from and goes back to, if it does
   * @param hidden the name of what was there before, now in the scratch folder
   */
  private record Placed(String path, Optional<Path> source, Optional<String> hidden) {}

  /** Places all. */
  void place(List<StepMount> mounts) throws IOException {
    List<StepMount> outerFirst =
        mounts.stream()
            .sorted(Comparator.comparingInt(mount -> mount.target().rawNames().size()))
            .toList();
    for (StepMount mount : outerFirst) {
      root.forget();
      try {
        place(mount);
      } catch (LinuxException e) {
        throw new SandboxException(
            "nothing can be placed on " + mount.target() + ": " + e.getMessage(), e);
      }
    }
  }

  private void place(StepMount mount) throws IOException {
    switch (mount) {
      case StepMount.Files files -> {
        boolean directory = java.nio.file.Files.isDirectory(files.source());
        place(
            files.target(),
            directory,
            Optional.of(files.source()),
            (parent, name, hides) -> {
              try (Dir from = Dir.open(above(files.source()))) {
                from.renameToFree(rawName(files.source()), parent, name);
              }
            });
      }
      case StepMount.Memory empty when isMemoryOfAll(empty.target()) -> {
        // The container's own; nothing of it is in an image.
      }
      case StepMount.Memory empty ->
          place(
              empty.target(),
              true,
              Optional.empty(),
              (parent, name, hides) -> {
                int mode = hides.map(Stat::mode).orElse(StepMount.Memory.DEFAULT_MODE);
                parent.makeDirectory(name, mode);
                parent.chmod(name, mode);
              });
      case StepMount.Secret secret ->
          place(
              secret.target(),
              false,
              Optional.empty(),
              (parent, name, hides) -> putSmall(parent, name, (in, as) -> write(secret, in, as)));
      case StepMount.Agent agent ->
          place(
              agent.target(),
              false,
              Optional.empty(),
              (parent, name, hides) -> putSmall(parent, name, (in, as) -> listen(agent, in, as)));
    }
  }

  private static boolean isMemoryOfAll(UnixPath target) {
    return String.join("/", target.rawNames()).equals("dev/shm");
  }

  /** Puts something under a free name; what it hides, if anything, was moved aside. */
  private interface Placing {
    void put(Dir parent, String name, Optional<Stat> hides) throws IOException;
  }

  private void place(UnixPath target, boolean directory, Optional<Path> source, Placing placing)
      throws IOException {
    requireOurs(target, !directory && source.isEmpty());
    removeLeftover(target);
    Location place = points.place(target);
    requireOurs(UnixPath.ofRaw(place.path()), !directory && source.isEmpty());
    Dir parent = place.parent();
    Stat before = parent.stat();
    moved.add(before.identity());
    Optional<Stat> there = place.find();
    Optional<String> aside = Optional.empty();
    if (there.isPresent()) {
      if (there.get().isDirectory() != directory) {
        throw new SandboxException(
            target + " is " + (directory ? "not " : "") + "a directory, unlike what goes there");
      }
      moved.add(there.get().identity());
      aside = Optional.of("hidden-" + hidden++);
      try (Dir to = Dir.open(scratch)) {
        parent.renameToFree(place.name(), to, aside.get());
      }
    }
    placed.add(new Placed(place.path(), source, aside));
    placing.put(parent, place.name(), there);
    parent.setModified(before.mtime());
  }

  /**
   * Mounts of the container, and what else belongs to it, would be hidden or moved with it. Where
   * some engines mount folders for secrets a link may be put beside what is there.
   */
  private void requireOurs(UnixPath target, boolean isLink) throws SandboxException {
    UnixPath relative = UnixPath.ofRaw(String.join("/", target.rawNames()));
    if (isLink && RUNTIME_FOLDERS.stream().anyMatch(relative.raw()::startsWith)) {
      return;
    }
    if (kept.stays(relative) || kept.holdsSome(relative)) {
      throw new SandboxException(
          "/"
              + relative
              + " is, or holds, a mount of this container or a folder of this program, so that"
              + " nothing else can be placed there; another target, or isolation \"namespace\","
              + " can");
    }
  }

  /** In a mount of the container's a link may be left of a build that was killed. */
  private void removeLeftover(UnixPath target) throws IOException {
    if (root.stat(target, false).filter(Stat::isSymlink).isPresent()) {
      Location place = root.resolve(target, false);
      if (place.parent().findLink(place.name()).filter(MemoryFolder::isOne).isPresent()) {
        place.parent().unlink(place.name());
      }
    }
  }

  private static Path above(Path path) {
    return java.util.Objects.requireNonNull(path.toAbsolutePath().getParent());
  }

  private static String rawName(Path path) {
    return UnixPath.of(String.valueOf(path.getFileName())).raw();
  }

  /** Makes a small file, or a socket, in a directory. */
  private interface Small {
    void make(Dir in, String as) throws IOException;
  }

  /** Puts it there itself, or a link to it. */
  private void putSmall(Dir parent, String name, Small small) throws IOException {
    if (!links) {
      small.make(parent, name);
      return;
    }
    Path folder = smallFiles();
    String number = Integer.toString(placed.size());
    try (RootFs apart = root.beside(folder);
        Dir held = apart.openDirectory(UnixPath.of("/"))) {
      small.make(held, number);
    }
    parent.makeSymlink(UnixPath.of(folder.resolve(number).toString()).raw(), name);
  }

  private static void write(StepMount.Secret secret, Dir in, String as) throws IOException {
    try (OpenFile file = in.createFile(as, 0600)) {
      byte[] content = secret.value().bytes();
      file.write(content, 0, content.length, 0);
      file.chown(secret.permissions().uid(), secret.permissions().gid());
      file.chmod(secret.permissions().mode());
    }
  }

  private void listen(StepMount.Agent agent, Dir in, String as) throws IOException {
    AgentForwarder forwarder = AgentForwarder.to(agent.agent());
    agents.add(forwarder);
    forwarder.listen(in, as, agent.permissions());
  }

  /** In memory if that can be, else in the scratch folder. */
  private Path smallFiles() throws IOException {
    if (memory.isEmpty()) {
      memory = MemoryFolder.open();
    }
    if (memory.isPresent()) {
      return memory.get().path();
    }
    Path small = scratch.resolve("small");
    if (!java.nio.file.Files.exists(small)) {
      try (Dir folder = Dir.open(scratch)) {
        folder.makeDirectory("small", SECRET_FOLDER_MODE);
        folder.chmod("small", SECRET_FOLDER_MODE);
      }
    }
    return small;
  }

  /** Which inodes bear traces that are no changes by the command. */
  Set<Stat.Identity> moved() {
    Set<Stat.Identity> all = new HashSet<>(moved);
    all.addAll(points.parents());
    return Set.copyOf(all);
  }

  /** Takes all away, and puts back what was in its place. */
  @Override
  public void close() throws IOException {
    try (RootFs held = root) {
      for (AgentForwarder agent : agents) {
        agent.close();
      }
      for (Placed each : placed.reversed()) {
        held.forget();
        takeAway(each);
      }
      placed.clear();
      points.removeStubs();
    } finally {
      if (memory.isPresent()) {
        memory.get().close();
      }
    }
  }

  private void takeAway(Placed each) throws IOException {
    Location place = place(each);
    Dir parent = place.parent();
    Timestamp found = parent.stat().mtime();
    Optional<Stat> there = place.find();
    if (each.source().isPresent() && there.isPresent()) {
      try (Dir back = Dir.open(above(each.source().get()))) {
        parent.renameToFree(place.name(), back, rawName(each.source().get()));
      }
    } else {
      parent.removeTree(place.name());
    }
    if (each.hidden().isPresent()) {
      try (Dir aside = Dir.open(scratch)) {
        aside.renameToFree(each.hidden().get(), parent, place.name());
      }
    }
    parent.setModified(found);
  }

  /** Where it was put, though the command may have taken away or replaced what is above. */
  private Location place(Placed each) throws IOException {
    UnixPath path = UnixPath.ofRaw(each.path());
    try {
      Location place = root.resolve(path, false);
      if (place.path().equals(each.path())) {
        return place;
      }
    } catch (LinuxException e) {
      if (!e.errno().equals(Errno.ENOENT)) {
        throw e;
      }
    }
    throw new SandboxException(
        "the command has replaced folders above /" + path + ", where a mount was placed");
  }
}
