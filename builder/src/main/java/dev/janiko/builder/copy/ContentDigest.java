package dev.janiko.builder.copy;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.DirEntry;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Names what a COPY would bring: names, kinds, modes, links and contents, of the files it would
 * take. Times do not count, as they do not for BuildKit, so that a fresh checkout changes nothing.
 * Everything is framed by its length or by a mark, so no two different selections look alike. Used
 * by one thread.
 */
public final class ContentDigest {
  private static final String CAPABILITY = "security.capability";
  private static final int BUFFER = 1 << 16;
  private static final int END = 0;

  private final CopyRequest request;
  private final boolean withOwners;
  private final MessageDigest hash = sha256();
  private final MessageDigest content = sha256();
  private final DataOutputStream out;
  private final Map<Inode, Integer> known = new HashMap<>();
  private final byte[] buffer = new byte[BUFFER];

  private ContentDigest(CopyRequest request, boolean withOwners) {
    this.request = request;
    this.withOwners = withOwners;
    out = new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), hash));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  private record Inode(long device, long number) {}

  /**
   * Reads all that would be copied.
   *
   * @param withOwners whether the sources' owners would be kept
   * @return a SHA-256 in lower-case hexadecimal digits
   * @throws CopyException if a source is missing
   * @throws IOException if files cannot be read
   */
  public static String of(CopyRequest request, boolean withOwners) throws IOException {
    return new ContentDigest(request, withOwners).digest();
  }

  private String digest() throws IOException {
    SourceFinder finder = new SourceFinder(request.root(), request.exclusions());
    for (String source : request.sources()) {
      if (request.rules().manner().parents()) {
        add(finder, Selection.of(source));
        continue;
      }
      List<SourceFinder.Found> all = finder.find(source);
      out.writeInt(all.size());
      for (SourceFinder.Found found : all) {
        known.clear();
        add(found);
      }
    }
    out.writeInt(request.documents().size());
    for (CopyRequest.Document document : request.documents()) {
      frame(document.name().getBytes(StandardCharsets.UTF_8));
      frame(document.content().getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(hash.digest());
  }

  /** Adds what a source of {@code --parents} names, with the folders that it is in. */
  private void add(SourceFinder finder, Selection selection) throws IOException {
    for (SourceFinder.Found found : finder.find(selection.folder())) {
      if (found.stat().isDirectory()) {
        known.clear();
        name("/" + found.path());
        Exclusions exclusions = selection.exclusions(request, found.path());
        try (Dir directory = request.root().openDirectory(UnixPath.ofRaw(found.path()))) {
          children(directory, found.path(), exclusions);
        }
      }
    }
    out.writeInt(END);
  }

  private void add(SourceFinder.Found found) throws IOException {
    name(found.name());
    UnixPath path = UnixPath.ofRaw(found.path());
    attributes(found.stat());
    if (found.stat().isDirectory()) {
      Exclusions exclusions =
          Exclusions.both(request.exclusions(), request.rules().excluded().below(found.path()));
      try (Dir directory = request.root().openDirectory(path)) {
        children(directory, found.path(), exclusions);
      }
      return;
    }
    RootFs.Location place = request.root().resolve(path, false);
    content(place.parent(), place.name(), found.stat());
  }

  private void children(Dir directory, String path, Exclusions exclusions) throws IOException {
    List<DirEntry> entries = new ArrayList<>(directory.entries());
    entries.sort(Comparator.comparing(DirEntry::name));
    for (DirEntry entry : entries) {
      String child = path.isEmpty() ? entry.name() : path + "/" + entry.name();
      boolean leftOut = exclusions.excludes(child);
      if (!entry.stat().isDirectory()) {
        if (!leftOut) {
          name(entry.name());
          attributes(entry.stat());
          content(directory, entry.name(), entry.stat());
        }
        continue;
      }
      try (Dir below = directory.openDir(entry.name())) {
        if (leftOut && !SourceFinder.anyIncluded(exclusions, below, child)) {
          continue;
        }
        name(entry.name());
        out.writeBoolean(leftOut);
        attributes(entry.stat());
        children(below, child, exclusions);
      }
    }
    out.writeInt(END);
  }

  private void attributes(Stat stat) throws IOException {
    frame(stat.type().name().getBytes(StandardCharsets.US_ASCII));
    out.writeInt(stat.mode());
    if (withOwners) {
      out.writeLong(stat.uid());
      out.writeLong(stat.gid());
    }
  }

  private void content(Dir parent, String name, Stat stat) throws IOException {
    switch (stat.type()) {
      case REGULAR -> file(parent, name, stat);
      case SYMLINK -> name(parent.readLink(name));
      case CHARACTER_DEVICE, BLOCK_DEVICE -> {
        out.writeInt(stat.rdevMajor());
        out.writeInt(stat.rdevMinor());
      }
      case DIRECTORY, FIFO, SOCKET -> {}
    }
  }

  private void file(Dir parent, String name, Stat stat) throws IOException {
    int number = known.size();
    Integer first =
        stat.links() > 1 ? known.putIfAbsent(new Inode(stat.device(), stat.inode()), number) : null;
    out.writeInt(first == null ? -1 : first);
    if (first != null) {
      return;
    }
    try (OpenFile file = parent.openFile(name)) {
      Optional<byte[]> capability = file.xattr(CAPABILITY);
      frame(capability.orElse(new byte[0]));
      for (int count = file.read(buffer, 0, BUFFER);
          count >= 0;
          count = file.read(buffer, 0, BUFFER)) {
        content.update(buffer, 0, count);
      }
      // A digest of its own: the length is not known before, as a file may grow while it is read.
      out.write(content.digest());
    }
  }

  private void name(String raw) throws IOException {
    frame(raw.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** No frame of a name is empty, so that {@link #END} is none. */
  private void frame(byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }
}
