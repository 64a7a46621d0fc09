package dev.janiko.builder.copy;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.copy.TreeCopier.Place;
import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
    return target.resolve(destination, true).parent().duplicate();
  }

  private Place landing(CopyRequest request, Dir folder, String name) throws IOException {
    UnixPath destination = request.destination().path();
    if (landsInside(request)) {
      String path = String.join("/", destination.rawNames());
      return new Place(folder, name, path.isEmpty() ? name : path + "/" + name);
    }
    RootFs.Location place = target.resolve(destination, true);
    return new Place(folder, place.name(), place.path());
  }

  private boolean landsInside(CopyRequest request) throws IOException {
    return request.destination().isFolder() || isDirectory(request.destination().path());
  }

  private void copyContents(CopyRequest request, TreeCopier copier, UnixPath source)
      throws IOException {
    UnixPath destination = request.destination().path();
    Optional<Stat> there = target.stat(destination, true);
    if (there.isPresent() && !there.get().isDirectory()) {
      throw new CopyException("cannot copy to non-directory: " + destination);
    }
    try (Dir from = request.root().openDirectory(source);
        Dir to = makeFolder(destination, request.rules())) {
      copier.copyChildren(from, source.raw(), to, relative(destination));
    }
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
    target.makeDirectories(path, rules.madeMode(), owner.uid(), owner.gid());
    return target.openDirectory(path);
  }

  private boolean isDirectory(UnixPath path) throws IOException {
    Optional<Stat> stat = target.stat(path, true);
    return stat.isPresent() && stat.get().isDirectory();
  }

  private static String relative(UnixPath path) {
    return String.join("/", path.rawNames());
  }
}
