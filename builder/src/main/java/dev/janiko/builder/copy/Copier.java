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
    try (TreeCopier copier = new TreeCopier(request.rules(), request.ignored())) {
      for (String source : request.sources()) {
        for (String path : finder.find(source)) {
          copyOne(request, copier, path);
        }
      }
      for (CopyRequest.Document document : request.documents()) {
        write(request, copier, document);
      }
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
    UnixPath destination = request.destination().path();
    boolean intoFolder = request.destination().isFolder() || isDirectory(destination);
    List<String> names = source.rawNames();
    try (RootFs.Location from = request.root().locate(source, true)) {
      if (intoFolder) {
        try (Dir folder = makeFolder(destination, request.rules())) {
          place(copier, from, stat, new Place(folder, names.getLast(), shown(destination, names)));
        }
      } else {
        makeParents(destination, request.rules());
        try (RootFs.Location to = target.locate(destination, true)) {
          place(copier, from, stat, new Place(to.parent(), to.name(), relative(destination)));
        }
      }
    }
  }

  private static void place(TreeCopier copier, RootFs.Location from, Stat stat, Place to)
      throws IOException {
    copier.copyNamed(new Place(from.parent(), from.name(), from.name()), stat, to);
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
    UnixPath destination = request.destination().path();
    if (request.destination().isFolder() || isDirectory(destination)) {
      UnixPath name = UnixPath.of(document.name());
      try (Dir folder = makeFolder(destination, request.rules())) {
        copier.write(
            content,
            DOCUMENT_MODE,
            new Place(folder, name.raw(), shown(destination, List.of(name.raw()))));
      }
      return;
    }
    makeParents(destination, request.rules());
    try (RootFs.Location to = target.locate(destination, true)) {
      copier.write(
          content, DOCUMENT_MODE, new Place(to.parent(), to.name(), relative(destination)));
    }
  }

  private Dir makeFolder(UnixPath path, CopyRules rules) throws IOException {
    target.makeDirectories(path, rules.madeMode(), rules.madeOwner());
    return target.openDirectory(path);
  }

  private void makeParents(UnixPath path, CopyRules rules) throws IOException {
    List<String> names = path.rawNames();
    if (names.size() > 1) {
      UnixPath parent = UnixPath.ofRaw(String.join("/", names.subList(0, names.size() - 1)));
      target.makeDirectories(parent, rules.madeMode(), rules.madeOwner());
    }
  }

  private boolean isDirectory(UnixPath path) throws IOException {
    Optional<Stat> stat = target.stat(path, true);
    return stat.isPresent() && stat.get().isDirectory();
  }

  private static String relative(UnixPath path) {
    return String.join("/", path.rawNames());
  }

  private static String shown(UnixPath folder, List<String> names) {
    String path = relative(folder);
    return path.isEmpty() ? names.getLast() : path + "/" + names.getLast();
  }
}
