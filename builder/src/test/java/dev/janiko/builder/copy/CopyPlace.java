package dev.janiko.builder.copy;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A context and an image's root in temporary folders, and COPY from one to the other. */
final class CopyPlace implements AutoCloseable {
  private static final int LARGEST_FILE = 1 << 20;
  final Path context;
  final Path image;
  private final RootFs from;
  private final RootFs to;
  private Exclusions exclusions = Exclusions.none();
  private Optional<Owner> owner = Optional.of(Owner.ROOT);
  private Optional<FileMode> mode = Optional.empty();

  CopyPlace(Path temp) throws IOException {
    context = Files.createDirectory(temp.resolve("context"));
    image = Files.createDirectory(temp.resolve("image"));
    from = RootFs.open(context);
    to = RootFs.open(image);
  }

  /** What the following copies leave out. */
  CopyPlace ignore(String... patterns) {
    PatternMatcher matcher = PatternMatcher.of(List.of(patterns));
    exclusions =
        new Exclusions() {
          @Override
          public boolean excludes(String path) {
            return matcher.matchesOrParentMatches(UnixPath.ofRaw(path).toString());
          }

          @Override
          public boolean mayIncludeBelow(String directory) {
            return matcher.hasNegations();
          }
        };
    return this;
  }

  CopyPlace owner(long uid, long gid) {
    owner = Optional.of(new Owner(uid, gid));
    return this;
  }

  CopyPlace keepOwners() {
    owner = Optional.empty();
    return this;
  }

  CopyPlace mode(int bits) {
    mode = Optional.of(FileMode.octal(bits));
    return this;
  }

  /** A file of the context. */
  CopyPlace file(String path, String text) throws IOException {
    return write(context, path, text);
  }

  /** A file of the image, there before the copy. */
  CopyPlace there(String path, String text) throws IOException {
    return write(image, path, text);
  }

  private CopyPlace write(Path top, String path, String text) throws IOException {
    Path file = top.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  CopyPlace link(Path top, String path, String target) throws IOException {
    Path link = top.resolve(path);
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, Path.of(target));
    return this;
  }

  /** Copies the sources to the last word. */
  CopyPlace copy(String... words) throws IOException {
    List<String> sources = new ArrayList<>(List.of(words));
    String destination = sources.removeLast();
    return copy(sources, List.of(), destination);
  }

  CopyPlace copy(List<String> sources, List<CopyRequest.Document> documents, String destination)
      throws IOException {
    boolean folder = destination.endsWith("/") || destination.endsWith("/.");
    from.forget();
    to.forget();
    new Copier(to)
        .copy(
            new CopyRequest(
                from,
                exclusions,
                sources,
                documents,
                new CopyRequest.Destination(UnixPath.of(destination), folder),
                new CopyRules(
                    owner,
                    false,
                    mode,
                    Exclusions.none(),
                    new CopyRules.Manner(false, false, false))));
    return this;
  }

  Stat stat(String path) throws IOException {
    to.forget();
    return to.stat(UnixPath.of(path), false).orElseThrow();
  }

  /** {@code uid:gid mode} of a path of the image. */
  String look(String path) throws IOException {
    Stat stat = stat(path);
    return "%d:%d %o".formatted(stat.uid(), stat.gid(), stat.mode());
  }

  /**
   * The image's files: contents of files, {@code -> target} of links, {@code /} for directories.
   */
  Map<String, String> tree() throws IOException {
    Map<String, String> all = new TreeMap<>();
    to.forget();
    try (Dir top = to.openDirectory(UnixPath.of(""))) {
      list(top, "", all);
    }
    return all;
  }

  private void list(Dir dir, String path, Map<String, String> all) throws IOException {
    for (var entry : dir.entries()) {
      String child = path.isEmpty() ? entry.name() : path + "/" + entry.name();
      String shown = UnixPath.ofRaw(child).toString();
      switch (entry.stat().type()) {
        case DIRECTORY -> {
          all.put(shown, "/");
          try (Dir below = dir.openDir(entry.name())) {
            list(below, child, all);
          }
        }
        case SYMLINK -> all.put(shown, "-> " + UnixPath.ofRaw(dir.readLink(entry.name())));
        case REGULAR -> {
          byte[] bytes = to.readFile(UnixPath.ofRaw(child), LARGEST_FILE);
          all.put(shown, new String(bytes, StandardCharsets.UTF_8));
        }
        default -> all.put(shown, entry.stat().type().name());
      }
    }
  }

  RootFs target() {
    return to;
  }

  @Override
  public void close() {
    from.close();
    to.close();
  }
}
