package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.Ledger;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.Mounts;
import dev.janiko.builder.linux.Mounts.Option;
import dev.janiko.builder.linux.Namespaces;
import dev.janiko.builder.linux.Namespaces.Space;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.linux.UserIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An overlay mount (overlayfs) whose upper directory is the difference of one step.
 *
 * <p>With each commit the upper directory becomes the topmost lower one and a new one takes its
 * place. The kernel takes mount options of one page, so directories are named by short links,
 * relative to the folder of the stage: {@code l/0} is the lowest. Device files in it cannot be
 * opened: a step may make them, but not reach the machine's disks through them.
 */
final class Overlay implements StageTree {
  /** What overlayfs takes (OVL_MAX_STACK). */
  private static final int MOST_LOWERS = 500;

  private static final Path PARAMETERS = Path.of("/sys/module/overlay/parameters");

  private final Path folder;
  private final Path mountPoint;
  private final List<Path> lowers;
  private final String features;
  private int step;
  private boolean mounted;

  private Overlay(Path folder, List<Path> lowersTopFirst) {
    this.folder = folder;
    this.mountPoint = folder.resolve("m");
    this.lowers = new ArrayList<>(lowersTopFirst);
    this.features = features();
  }

  /**
   * Mounts an overlay for the calling build thread.
   *
   * @param folder a new folder for it alone, on a file system that can hold an overlay's upper
   *     directory
   * @param layers unpacked layers with overlay's whiteouts, lowest first; none for an empty root
   */
  static Overlay mount(Path folder, List<Path> layers) throws IOException {
    Files.createDirectories(folder.resolve("m"));
    Files.createDirectories(folder.resolve("l"));
    List<Path> lowers = new ArrayList<>(layers.reversed());
    if (lowers.isEmpty()) {
      lowers.add(Files.createDirectory(folder.resolve("e")));
    }
    Overlay overlay = new Overlay(folder, lowers);
    for (int i = 0; i < lowers.size(); i++) {
      overlay.link(lowers.size() - 1 - i, lowers.get(i));
    }
    overlay.mountStep();
    return overlay;
  }

  /**
   * Mounts a view of a folder whose writes go elsewhere, for the calling thread alone, whose
   * working directory it changes.
   *
   * @param folder a new folder for what is written
   */
  static void mountOver(Path folder, Path lower, UnixPath target) throws IOException {
    Path upper = Files.createDirectory(folder.resolve("u"));
    Files.createDirectory(folder.resolve("w"));
    Files.createSymbolicLink(folder.resolve("l"), lower);
    copyRootAttributes(lower, upper);
    Namespaces.changeDirectory(UnixPath.of(folder.toString()));
    mountUnsynced(target, "lowerdir=l,upperdir=u,workdir=w" + features());
  }

  @Override
  public Path mountPoint() {
    return mountPoint;
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public @Nullable Ledger ledger() {
    return null;
  }

  @Override
  public boolean canCover() {
    return true;
  }

  private Path upper() {
    return folder.resolve("s").resolve(Integer.toString(step)).resolve("u");
  }

  private void link(int number, Path target) throws IOException {
    Path link = folder.resolve("l").resolve(Integer.toString(number));
    // A short link needs no block of the disk, which to free again can take milliseconds.
    boolean own = target.startsWith(folder);
    Files.createSymbolicLink(
        link, own ? Path.of("..").resolve(folder.relativize(target)) : target.toAbsolutePath());
  }

  private void mountStep() throws IOException {
    if (lowers.size() > MOST_LOWERS) {
      throw new SandboxException(
          "the image has "
              + lowers.size()
              + " layers with those of this stage; an overlay takes "
              + MOST_LOWERS);
    }
    Path upper = Files.createDirectories(upper());
    Files.createDirectories(upper.resolveSibling("w"));
    copyRootAttributes(lowers.getFirst(), upper);
    StringBuilder data = new StringBuilder("lowerdir=");
    for (int number = lowers.size() - 1; number >= 0; number--) {
      data.append("l/").append(number).append(number == 0 ? "" : ":");
    }
    data.append(",upperdir=s/").append(step).append("/u,workdir=s/").append(step).append("/w");
    data.append(features);
    String options = data.toString();
    // Relative names are looked up from the working directory, which must not be the JVM's.
    Execution.onOwnThread(() -> mountFrom(folder, mountPoint, options));
    mounted = true;
  }

  private static boolean mountFrom(Path folder, Path mountPoint, String data) throws IOException {
    Namespaces.unshare(Set.of(Space.FILE_SYSTEM_STATE));
    Namespaces.changeDirectory(UnixPath.of(folder.toAbsolutePath().toString()));
    UnixPath target = UnixPath.of(mountPoint.toAbsolutePath().toString());
    try {
      mountUnsynced(target, data);
    } catch (LinuxException e) {
      throw new SandboxException(
          "no overlay can be mounted in "
              + folder
              + ", which must be on a disk file system such as ext4 or xfs, or tmpfs: "
              + e.getMessage(),
          e);
    }
    return true;
  }

  /**
   * Mounts without any fsync(2) (option {@code volatile}, since Linux 5.10): what a step writes is
   * worth nothing after a crash, and to write it all to the disk, when a command asks for it or
   * when a step is over, costs more than many a step.
   */
  private static void mountUnsynced(UnixPath target, String data) throws LinuxException {
    try {
      Mounts.mount("overlay", target, Set.of(Option.NO_DEVICES), data + ",volatile");
    } catch (LinuxException e) {
      if (!e.errno().equals(Errno.EINVAL)) {
        throw e;
      }
      Mounts.mount("overlay", target, Set.of(Option.NO_DEVICES), data);
    }
  }

  /** The root directory shows the attributes of the upper one, which starts as the one below. */
  private static void copyRootAttributes(Path lower, Path upper) throws IOException {
    try (Dir below = Dir.open(lower);
        Dir above = Dir.open(upper)) {
      above.setAttributes(below.stat());
    }
  }

  /** If a step changed nothing the next one goes on with the same directory. */
  @Override
  public StageDiff commit(Set<Stat.Identity> touched) throws IOException {
    if (isEmpty(upper())) {
      return new StageDiff.Unchanged();
    }
    StageDiff diff = new StageDiff.OverlayDiff(upper(), lowers);
    link(lowers.size(), upper());
    lowers.addFirst(upper());
    step++;
    unmount();
    mountStep();
    return diff;
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Dir held = Dir.open(directory)) {
      return held.names().isEmpty();
    }
  }

  private void unmount() throws IOException {
    if (mounted) {
      Mounts.detach(UnixPath.of(mountPoint.toAbsolutePath().toString()));
      mounted = false;
    }
  }

  @Override
  public void close() throws IOException {
    unmount();
  }

  /** Switches off what would make an upper directory something else than the plain difference. */
  private static String features() {
    StringBuilder options = new StringBuilder();
    try (Stream<String> wanted = Stream.of("redirect_dir=nofollow", "metacopy=off", "index=off")) {
      wanted
          .filter(option -> Files.exists(PARAMETERS.resolve(option.replaceFirst("=.*", ""))))
          .forEach(option -> options.append(',').append(option));
    }
    return UserIds.ofThisProcess().areTheMachines() ? options.toString() : options + ",userxattr";
  }
}
