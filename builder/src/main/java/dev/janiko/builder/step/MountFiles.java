package dev.janiko.builder.step;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.copy.Copier;
import dev.janiko.builder.copy.CopyException;
import dev.janiko.builder.copy.CopyRequest;
import dev.janiko.builder.copy.CopyRules;
import dev.janiko.builder.copy.Exclusions;
import dev.janiko.builder.copy.Owner;
import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.DirEntry;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.sandbox.StepMount.Access;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the files of a step's mounts are: at their source if they can be mounted from there as they
 * are, else copied into a folder that lasts as long as the step. Used by one thread.
 */
final class MountFiles implements AutoCloseable {
  private static final String COPY = "files";

  private final Workspace workspace;
  private Optional<Path> scratch = Optional.empty();
  private int copies;

  MountFiles(Workspace workspace) {
    this.workspace = workspace;
  }

  /** Files to mount. */
  record Found(Path path, Access access) {}

  /**
   * Files of the context, a stage or an image.
   *
   * @param source the path in it
   * @throws CopyException if nothing is there, or it is excluded
   */
  Found bind(Workspace.Source from, String source, boolean readOnly) throws IOException {
    Stat stat = stat(from, source);
    boolean asItIs =
        workspace.mounts()
            && (readOnly || stat.isDirectory())
            && (!from.isContext() || isAsSent(from, source));
    if (!asItIs) {
      return new Found(copy(from, source), readOnly ? Access.READ_ONLY : Access.WRITABLE);
    }
    String path = from.root().resolve(UnixPath.of(source), true).path();
    Path there = Path.of(from.root().path().resolve(UnixPath.ofRaw(path)).toString());
    return new Found(there, readOnly ? Access.READ_ONLY : Access.DISCARDED);
  }

  private static Stat stat(Workspace.Source from, String source) throws IOException {
    return from.root()
        .stat(UnixPath.of(source), true)
        .orElseThrow(() -> new CopyException("\"%s\": not found".formatted(source)));
  }

  /**
   * Whether files of the context show as BuildKit shows them: nothing left out, all of it root's.
   */
  private static boolean isAsSent(Workspace.Source context, String source) throws IOException {
    if (!context.ignored().isEmpty()) {
      return false;
    }
    RootFs.Location place = context.root().resolve(UnixPath.of(source), true);
    Stat stat = place.find().orElseThrow();
    if (!isRoots(stat)) {
      return false;
    }
    if (!stat.isDirectory()) {
      return true;
    }
    try (Dir dir = context.root().openDirectory(UnixPath.ofRaw(place.path()))) {
      return isAllRoots(dir);
    }
  }

  private static boolean isRoots(Stat stat) {
    return stat.uid() == 0 && stat.gid() == 0;
  }

  private static boolean isAllRoots(Dir dir) throws IOException {
    for (DirEntry entry : dir.entries()) {
      if (!isRoots(entry.stat())) {
        return false;
      }
      if (entry.stat().isDirectory()) {
        try (Dir below = dir.openDir(entry.name())) {
          if (!isAllRoots(below)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private Path copy(Workspace.Source from, String source) throws IOException {
    Path folder = Files.createDirectory(scratch().resolve(Integer.toString(copies++)));
    copyTo(from, source, folder, UnixPath.of("/" + COPY));
    return folder.resolve(COPY);
  }

  /** A new empty folder that lasts as long as the step, on the file system of the stage's root. */
  Path folder() throws IOException {
    return Files.createDirectory(scratch().resolve(Integer.toString(copies++)));
  }

  private Path scratch() throws IOException {
    if (scratch.isEmpty()) {
      scratch = Optional.of(workspace.scratch());
    }
    return scratch.get();
  }

  private static Optional<Owner> owner(Workspace.Source from) {
    return from.isContext() ? Optional.of(Owner.ROOT) : Optional.empty();
  }

  /** A copy of all that is at a path. */
  static CopyRequest request(Workspace.Source from, String path, UnixPath destination) {
    CopyRules rules =
        new CopyRules(
            owner(from),
            false,
            Optional.empty(),
            Exclusions.none(),
            new CopyRules.Manner(false, false, false));
    return new CopyRequest(
        from.root(),
        new IgnoreRules(from.ignored()),
        List.of(literally(path)),
        List.of(),
        new CopyRequest.Destination(destination, false),
        rules);
  }

  /** Copies what is at a source into a folder, to a path in it. */
  private void copyTo(Workspace.Source from, String source, Path folder, UnixPath destination)
      throws IOException {
    Stat stat = stat(from, source);
    Optional<Owner> owner = owner(from);
    try (RootFs target = workspace.root().beside(folder)) {
      new Copier(target).copy(request(from, source, destination));
      if (stat.isDirectory()) {
        try (Dir copy = target.openDirectory(destination)) {
          Owner top = owner.orElse(new Owner(stat.uid(), stat.gid()));
          copy.chown(top.uid(), top.gid());
          copy.chmod(stat.mode());
          copy.setModified(stat.mtime());
        }
      }
    }
  }

  /** A path that is no pattern, as COPY takes it: name by name, each may be one. */
  private static String literally(String path) {
    return Stream.of(path.split("/", -1))
        .map(name ->
            name.matches(".*[*?\\[].*")
                ? name.replace("\\", "\\\\").replaceAll("[*?\\[]", "[$0]")
                : name)
        .collect(Collectors.joining("/"));
  }

  /** A folder with all that is in it, to copy from. */
  static Workspace.Source whole(RootFs root) {
    return new Workspace.Source(root, PatternMatcher.of(List.of()), false);
  }

  /**
   * Fills a folder with the contents of another, attributes included.
   *
   * @throws CopyException if the source is missing or is no directory
   */
  void fill(Path folder, Workspace.Source from, String source) throws IOException {
    if (!stat(from, source).isDirectory()) {
      throw new CopyException("\"%s\": not a directory, as a cache has to be".formatted(source));
    }
    copyTo(from, source, folder, UnixPath.of("/"));
  }

  /** Removes what was copied. */
  @Override
  public void close() throws IOException {
    if (scratch.isPresent()) {
      Path folder = scratch.get().toAbsolutePath();
      try (Dir parent = Dir.open(requireNonNull(folder.getParent()))) {
        parent.removeTree(UnixPath.of(String.valueOf(folder.getFileName())).raw());
      }
    }
  }
}
