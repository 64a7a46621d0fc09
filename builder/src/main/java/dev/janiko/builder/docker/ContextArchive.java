package dev.janiko.builder.docker;

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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A build context as the archive that engines take: what is not ignored, owned by root, and the
 * Dockerfile under a name of its own.
 */
final class ContextArchive {
  /** The Dockerfile's name in the archive; no context has it by chance. */
  static final String DOCKERFILE = ".janiko.dockerfile";

  private static final int BUFFER = 128 << 10;

  private final BuildContext context;
  private final TarWriter tar;
  private final byte[] buffer = new byte[BUFFER];

  private ContextArchive(BuildContext context, TarWriter tar) {
    this.context = context;
    this.tar = tar;
  }

  /**
   * Writes the archive.
   *
   * @throws IOException if a file cannot be read, or changes meanwhile
   */
  static void write(BuildContext context, OutputStream out) throws IOException {
    BufferedOutputStream buffered = new BufferedOutputStream(out, BUFFER);
    TarWriter tar = new TarWriter(buffered);
    byte[] dockerfile = context.dockerfileBytes();
    tar.put(TarEntry.file(DOCKERFILE, dockerfile.length));
    tar.write(dockerfile, 0, dockerfile.length);
    try (Dir root = Dir.open(context.folder())) {
      new ContextArchive(context, tar).folder(root, "", context.ignored().root());
    }
    tar.finish();
    buffered.flush();
  }

  private void folder(Dir dir, String above, PatternMatcher.Match match) throws IOException {
    List<DirEntry> entries = new ArrayList<>(dir.entries());
    entries.sort(Comparator.comparing(DirEntry::name));
    for (DirEntry entry : entries) {
      String path = above + entry.name();
      String text = UnixPath.ofRaw(path).toString();
      PatternMatcher.Match own = context.ignored().match(text, match);
      if (!own.matched()) {
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
