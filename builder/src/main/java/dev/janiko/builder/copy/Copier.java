package dev.janiko.builder.copy;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.copy.TreeCopier.Place;
import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.Timestamp;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.rootfs.UnpackOptions;
import dev.janiko.builder.rootfs.Unpacker;
import dev.janiko.builder.tar.TarException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Carries out a {@link CopyRequest} on a root file system, as BuildKit does.
 *
 * <p>A folder as source gives its contents; a file lands in the destination if that is a folder or
 * was written as one, else under the destination's very name. Links in the destination's path are
 * followed inside the root. Used by one thread.
 */
public final class Copier {
  private static final int DOCUMENT_MODE = 0644;

  private final RootFs target;

  /** Copies into a root file system. */
  public Copier(RootFs target) {
    this.target = requireNonNull(target, "target is null");
  }

  /**
   * Copies everything that is asked for.
   *
   * @throws CopyException if a source is missing or something is in the way
   * @throws IOException if files cannot be read or written
   */
  public void copy(CopyRequest request) throws IOException {
    SourceFinder finder = new SourceFinder(request.root(), request.ignored());
    TreeCopier copier = new TreeCopier(target, request.rules(), request.ignored());
    for (String source : request.sources()) {
      for (String path : finder.find(source)) {
        copyOne(request, copier, path);
      }
    }
    for (CopyRequest.Document document : request.documents()) {
      write(request, copier, document);
    }
  }

  private void copyOne(CopyRequest request, TreeCopier copier, String path) throws IOException {
    UnixPath source = UnixPath.ofRaw(path);
    Stat stat =
        request
            .root()
            .stat(source, true)
            .orElseThrow(() -> new CopyException("\"/" + source + "\": not found"));
    if (stat.isDirectory()) {
      copyContents(request, copier, source);
      return;
    }
    if (request.rules().manner().unpacks() && stat.isRegular() && unpack(request, source)) {
      return;
    }
    RootFs.Location place = request.root().resolve(source, true);
    Place from = new Place(place.parent(), place.name(), place.path());
    String name = source.rawNames().getLast();
    try (Dir folder = parentOf(request)) {
      copier.copyNamed(from, stat, landing(request, folder, name));
    }
  }

  /** The folder that a file lands in; it and those above it are made. */
  private Dir parentOf(CopyRequest request) throws IOException {
    UnixPath destination = request.destination().path();
    if (landsInside(request)) {
      return makeFolder(destination, request.rules());
    }
    List<String> names = destination.rawNames();
    UnixPath above = UnixPath.ofRaw(String.join("/", names.subList(0, names.size() - 1)));
    makeFolder(above, request.rules()).close();
    return target.resolve(destination, followsLinks(request)).parent().duplicate();
  }

  private Place landing(CopyRequest request, Dir folder, String name) throws IOException {
    UnixPath destination = request.destination().path();
    if (landsInside(request)) {
      String path = String.join("/", destination.rawNames());
      return new Place(folder, name, path.isEmpty() ? name : path + "/" + name);
    }
    RootFs.Location place = target.resolve(destination, followsLinks(request));
    return new Place(folder, place.name(), place.path());
  }

  private boolean landsInside(CopyRequest request) throws IOException {
    return request.destination().isFolder()
        || request.destination().path().rawNames().isEmpty()
        || followsLinks(request) && isDirectory(request.destination().path());
  }

  private void copyContents(CopyRequest request, TreeCopier copier, UnixPath source)
      throws IOException {
    UnixPath destination = request.destination().path();
    Optional<Stat> there = target.stat(destination, true);
    if (followsLinks(request) && there.isPresent() && !there.get().isDirectory()) {
      throw new CopyException("cannot copy to non-directory: " + destination);
    }
    try (Dir from = request.root().openDirectory(source);
        Dir to = makeFolder(destination, request.rules())) {
      excluding(request, copier, source)
          .copyChildren(from, source.raw(), to, relative(destination));
    }
  }

  /** What is excluded is told relative to the folder that is copied. */
  private TreeCopier excluding(CopyRequest request, TreeCopier copier, UnixPath source) {
    int prefix = source.raw().isEmpty() ? 0 : source.raw().length() + 1;
    return copier.ignoring(
        path ->
            request.ignored().test(path)
                || request.rules().excluded().test(path.substring(prefix)));
  }

  /**
   * Unpacks a file into the destination, if it is an archive.
   *
   * @return whether it is
   */
  private boolean unpack(CopyRequest request, UnixPath source) throws IOException {
    try (OpenFile file = request.root().openFile(source)) {
      if (!LocalArchive.isArchive(file)) {
        return false;
      }
    }
    UnpackOptions options = UnpackOptions.plain();
    Optional<Owner> owner = request.rules().chosenOwner();
    if (owner.isPresent()) {
      options =
          options.adapting(entry -> entry.withOwner(owner.get().uid(), owner.get().gid()));
    }
    try (OpenFile file = request.root().openFile(source);
        InputStream tar = LocalArchive.open(file);
        Dir folder = makeFolder(request.destination().path(), request.rules())) {
      Unpacker.unpack(tar, Path.of(folder.selfPath()), options);
    } catch (TarException e) {
      throw new CopyException("/" + source + ": " + e.getMessage());
    }
    return true;
  }

  private static boolean followsLinks(CopyRequest request) {
    return !request.rules().manner().linked();
  }

  private void write(CopyRequest request, TreeCopier copier, CopyRequest.Document document)
      throws IOException {
    byte[] content = document.content().getBytes(StandardCharsets.UTF_8);
    String name = UnixPath.of(document.name()).raw();
    try (Dir folder = parentOf(request)) {
      copier.write(content, DOCUMENT_MODE, landing(request, folder, name));
    }
  }

  private Dir makeFolder(UnixPath path, CopyRules rules) throws IOException {
    Owner owner = rules.madeOwner();
    if (rules.manner().linked()) {
      return makePlainFolder(path, rules);
    }
    target.makeDirectories(path, rules.madeMode(), owner.uid(), owner.gid());
    return target.openDirectory(path);
  }

  /** Makes every directory of a path anew as far as it shows: owner, mode and time. */
  private Dir makePlainFolder(UnixPath path, CopyRules rules) throws IOException {
    Dir dir = target.openDirectory(UnixPath.ofRaw(""));
    for (String name : path.rawNames()) {
      Dir above = dir;
      try (above) {
        Optional<Stat> there = above.find(name);
        if (there.isPresent() && !there.get().isDirectory()) {
          above.unlink(name);
        }
        if (there.isEmpty() || !there.get().isDirectory()) {
          above.makeDirectory(name, 0700);
        }
        dir = above.openDir(name);
      }
      dir.chown(rules.madeOwner().uid(), rules.madeOwner().gid());
      dir.chmod(rules.madeMode());
      dir.setModified(Timestamp.coarseNow());
    }
    return dir;
  }

  private boolean isDirectory(UnixPath path) throws IOException {
    Optional<Stat> stat = target.stat(path, true);
    return stat.isPresent() && stat.get().isDirectory();
  }

  private static String relative(UnixPath path) {
    return String.join("/", path.rawNames());
  }
}
