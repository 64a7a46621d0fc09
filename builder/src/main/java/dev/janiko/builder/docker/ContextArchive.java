package dev.janiko.builder.docker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.janiko.builder.context.BuildContext;
import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.DirEntry;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.tar.EntryType;
import dev.janiko.builder.tar.TarEntry;
import dev.janiko.builder.tar.TarWriter;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A build context as the archive that engines take: what is not ignored, owned by root. A
 * Dockerfile that is not in it has a name of its own there, which the archive's {@code
 * .dockerignore} names: so the engine takes it out again when it has read it.
 */
final class ContextArchive {
  /** The name of a Dockerfile that is not in the context; no context has it by chance. */
  private static final String DOCKERFILE = ".janiko.dockerfile";

  private static final String IGNORE = ".dockerignore";

  private static final int BUFFER = 128 << 10;

  private final BuildContext context;
  private final TarWriter tar;
  private final boolean apart;
  private final byte[] buffer = new byte[BUFFER];

  private ContextArchive(BuildContext context, boolean apart, TarWriter tar) {
    this.context = context;
    this.apart = apart;
    this.tar = tar;
  }

  /** Where the archive of a context has the Dockerfile. */
  static String dockerfile(BuildContext context) throws IOException {
    Path file = context.dockerfile();
    if (!file.startsWith(context.folder())
        || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return DOCKERFILE;
    }
    String path = context.folder().relativize(file).toString();
    boolean isThere =
        !context.ignored().matchesOrParentMatches(path)
            && Arrays.equals(Files.readAllBytes(file), context.dockerfileBytes());
    return isThere ? path : DOCKERFILE;
  }

  /**
   * Writes the archive.
   *
   * @param dockerfile where it has the Dockerfile
   * @throws IOException if a file cannot be read, or changes meanwhile
   */
  static void write(BuildContext context, String dockerfile, OutputStream out) throws IOException {
    BufferedOutputStream buffered = new BufferedOutputStream(out, BUFFER);
    TarWriter tar = new TarWriter(buffered);
    try (Dir root = Dir.open(context.folder())) {
      ContextArchive archive = new ContextArchive(context, dockerfile.equals(DOCKERFILE), tar);
      if (archive.apart) {
        archive.dockerfileApart();
      }
      archive.folder(root, "", context.ignored().root());
    }
    tar.finish();
    buffered.flush();
  }

  private void dockerfileApart() throws IOException {
    bytes(DOCKERFILE, context.dockerfileBytes());
    Path ignore = context.folder().resolve(IGNORE);
    boolean shown =
        Files.isRegularFile(ignore) && !context.ignored().matchesOrParentMatches(IGNORE);
    String before = shown ? Files.readString(ignore, ISO_8859_1) + "\n" : IGNORE + "\n";
    bytes(IGNORE, (before + DOCKERFILE + "\n").getBytes(ISO_8859_1));
  }

  private void bytes(String name, byte[] content) throws IOException {
    tar.put(TarEntry.file(name, content.length));
    tar.write(content, 0, content.length);
  }

  private void folder(Dir dir, String above, PatternMatcher.Match match) throws IOException {
    List<DirEntry> entries = new ArrayList<>(dir.entries());
    entries.sort(Comparator.comparing(DirEntry::name));
    for (DirEntry entry : entries) {
      String path = above + entry.name();
      String text = UnixPath.ofRaw(path).toString();
      PatternMatcher.Match own = context.ignored().match(text, match);
      if (!own.matched() && !(apart && path.equals(IGNORE))) {
        put(dir, entry, path);
      }
      if (entry.stat().isDirectory() && context.ignored().mayDescend(text, own)) {
        try (Dir below = dir.openDir(entry.name())) {
          folder(below, path + "/", own);
        }
      }
    }
  }

  private void put(Dir dir, DirEntry entry, String path) throws IOException {
    Stat stat = entry.stat();
    switch (stat.type()) {
      case DIRECTORY -> tar.put(like(TarEntry.directory(path), stat));
      case SYMLINK ->
          tar.put(TarEntry.symlink(path, dir.readLink(entry.name())).withModified(stat.mtime()));
      case REGULAR -> file(dir, entry, path);
      case FIFO -> tar.put(like(TarEntry.of(path, EntryType.FIFO, stat.mode()), stat));
      case CHARACTER_DEVICE, BLOCK_DEVICE, SOCKET -> {} // docker's command leaves them out, too
    }
  }

  private static TarEntry like(TarEntry entry, Stat stat) {
    return entry.withMode(stat.mode()).withModified(stat.mtime());
  }

  private void file(Dir dir, DirEntry entry, String path) throws IOException {
    try (OpenFile file = dir.openFile(entry.name())) {
      Stat stat = file.stat();
      tar.put(like(TarEntry.file(path, stat.size()), stat));
      long left = stat.size();
      while (left > 0) {
        int count = file.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count <= 0) {
          throw new IOException(
              UnixPath.ofRaw(path) + " in the build context was cut while it was read");
        }
        tar.write(buffer, 0, count);
        left -= count;
      }
    }
  }
}
