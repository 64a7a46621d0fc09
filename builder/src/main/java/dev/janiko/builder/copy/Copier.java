package dev.janiko.builder.copy;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.copy.TreeCopier.Place;
import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.Timestamp;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.ExcludedPaths;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.rootfs.UnpackOptions;
import dev.janiko.builder.rootfs.UnpackStatistics;
import dev.janiko.builder.rootfs.Unpacker;
import dev.janiko.builder.tar.TarException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
  private static final int MAX_LINKS = 40;

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
    SourceFinder finder = new SourceFinder(request.root(), request.exclusions());
    for (String source : request.sources()) {
      if (request.rules().manner().parents()) {
        copySelection(request, finder, Selection.of(source));
        continue;
      }
      for (SourceFinder.Found found : finder.find(source)) {
        // Each source is a tree of its own: links between two of them are not kept.
        copyOne(request, copier(request), found);
      }
    }
    for (CopyRequest.Document document : request.documents()) {
      write(request, copier(request), document);
    }
  }

  /** Copies what a source of {@code --parents} names, under its path from the pivot on. */
  private void copySelection(CopyRequest request, SourceFinder finder, Selection selection)
      throws IOException {
    boolean some = false;
    for (SourceFinder.Found found : finder.find(selection.folder())) {
      if (!found.stat().isDirectory()) {
        continue;
      }
      UnixPath folder = UnixPath.ofRaw(found.path());
      Exclusions exclusions = selection.exclusions(request, folder.raw());
      try (Dir from = request.root().openDirectory(folder)) {
        if (!selection.isPlain() || SourceFinder.anyIncluded(exclusions, from, folder.raw())) {
          some = true;
          copyContents(request, folder, exclusions);
        }
      }
    }
    if (!some && selection.isPlain()) {
      throw new CopyException("\"/%s\": not found".formatted(selection.written()));
    }
  }

  private TreeCopier copier(CopyRequest request) {
    return new TreeCopier(target, request.rules(), request.exclusions());
  }

  private void copyOne(CopyRequest request, TreeCopier copier, SourceFinder.Found found)
      throws IOException {
    UnixPath source = UnixPath.ofRaw(found.path());
    if (found.stat().isDirectory()) {
      copyContents(
          request,
          source,
          Exclusions.both(request.exclusions(), request.rules().excluded().below(source.raw())));
      return;
    }
    if (request.rules().manner().unpacks() && found.stat().isRegular() && unpack(request, source)) {
      return;
    }
    try (Landing landing = landing(request, found.name())) {
      RootFs.Location place = request.root().resolve(source, false);
      Place from = new Place(place.parent(), place.name(), place.path());
      copier.copyNamed(from, found.stat(), landing.place());
    }
  }

  /** Where one file lands; holds its folder open. */
  private record Landing(Place place) implements AutoCloseable {
    @Override
    public void close() {
      place.parent().close();
    }
  }

  /** Where a file of a name lands; the folders above that place are made. */
  private Landing landing(CopyRequest request, String name) throws IOException {
    UnixPath destination = request.destination().path();
    boolean linked = request.rules().manner().linked();
    if (request.destination().isFolder() || (!linked && isDirectory(destination))) {
      Place folder = makeFolder(destination, request.rules());
      return new Landing(folder.below(folder.parent(), name));
    }
    UnixPath path = destination;
    for (int links = 0; links <= MAX_LINKS; links++) {
      makeFolder(above(path), request.rules()).parent().close();
      RootFs.Location place = target.resolve(path, false);
      if (place.isRoot()) {
        throw new CopyException("cannot replace to directory / with file");
      }
      Optional<String> link = place.parent().findLink(place.name());
      if (linked || link.isEmpty()) {
        Dir folder = place.parent().duplicate();
        return new Landing(new Place(folder, place.name(), place.path()));
      }
      String parent = place.path().substring(0, place.path().length() - place.name().length());
      path = UnixPath.ofRaw(link.get().startsWith("/") ? link.get() : parent + link.get());
    }
    throw new CopyException("too many levels of symbolic links: " + destination);
  }

  private static UnixPath above(UnixPath path) {
    List<String> names = path.rawNames();
    return UnixPath.ofRaw(String.join("/", names.subList(0, Math.max(0, names.size() - 1))));
  }

  private void copyContents(CopyRequest request, UnixPath source, Exclusions exclusions)
      throws IOException {
    UnixPath destination = request.destination().path();
    Optional<Stat> there = target.stat(destination, true);
    if (there.isPresent() && !there.get().isDirectory() && !request.rules().manner().linked()) {
      throw new CopyException("cannot copy to non-directory: " + destination);
    }
    Place folder = makeFolder(destination, request.rules());
    try (Dir to = folder.parent();
        Dir from = request.root().openDirectory(source)) {
      new TreeCopier(target, request.rules(), exclusions)
          .copyChildren(from, source.raw(), to, folder.path());
    }
  }

  /**
   * Unpacks a file into the destination, if it is an archive.
   *
   * @return whether it is
   */
  private boolean unpack(CopyRequest request, UnixPath source) throws IOException {
    try (OpenFile file = request.root().openFile(source)) {
      if (!LocalArchive.isArchive(LocalArchive.content(file))) {
        return false;
      }
    }
    UnpackOptions options = UnpackOptions.plain();
    Optional<Owner> owner = request.rules().chosenOwner();
    if (owner.isPresent()) {
      options = options.adapting(entry -> entry.withOwner(owner.get().uid(), owner.get().gid()));
    }
    try (OpenFile file = request.root().openFile(source);
        InputStream tar = LocalArchive.open(LocalArchive.content(file))) {
      Place folder = makeFolder(request.destination().path(), request.rules());
      folder.parent().close();
      unpack(tar, folder, options);
    } catch (TarException e) {
      throw new CopyException("/" + source + ": " + e.getMessage());
    }
    return true;
  }

  /** Folders that are not the image's are left out: they are there in any container. */
  private void unpack(InputStream tar, Place folder, UnpackOptions options) throws IOException {
    UnixPath top = UnixPath.ofRaw(folder.path());
    List<String> foreign = new ArrayList<>();
    ExcludedPaths isForeign =
        path -> {
          String place = top.resolve(path).raw();
          boolean found = target.isForeign(place);
          if (found) {
            foreign.add(place);
          }
          return found;
        };
    UnpackStatistics done = Unpacker.unpack(tar, target.below(top), options.excluding(isForeign));
    if (done.excludedFiles() > 0) {
      target.requireOwn(foreign.getFirst());
    }
  }

  private void write(CopyRequest request, TreeCopier copier, CopyRequest.Document document)
      throws IOException {
    byte[] content = document.content().getBytes(StandardCharsets.UTF_8);
    String name = UnixPath.of(document.name()).raw();
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
      throw new CopyException("a file cannot be named " + document.name());
    }
    try (Landing landing = landing(request, name)) {
      copier.write(content, DOCUMENT_MODE, landing.place());
    }
  }

  /** Makes a folder, opens it, and finds out where it is. */
  private Place makeFolder(UnixPath path, CopyRules rules) throws IOException {
    if (rules.manner().linked()) {
      return new Place(makePlainFolder(path, rules), "", relative(path));
    }
    Owner owner = rules.madeOwner();
    try {
      String place =
          target.makeDirectories(path, rules.madeMode(), owner.uid(), owner.gid()).path();
      return new Place(target.openDirectory(UnixPath.ofRaw(place)), "", place);
    } catch (LinuxException e) {
      if (e.errno().equals(Errno.ENOTDIR)) {
        throw new CopyException(
            "mkdir /%s: not a directory".formatted(UnixPath.ofRaw(relative(path))));
      }
      throw e;
    }
  }

  /** Makes every directory of a path anew as far as it shows: owner, mode and time. */
  private Dir makePlainFolder(UnixPath path, CopyRules rules) throws IOException {
    Dir dir = target.openDirectory(UnixPath.ofRaw(""));
    String place = "";
    for (String name : path.rawNames()) {
      place = place.isEmpty() ? name : place + "/" + name;
      try (Dir above = dir) {
        target.requireOwn(place);
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
