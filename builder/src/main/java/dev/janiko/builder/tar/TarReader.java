package dev.janiko.builder.tar;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Timestamp;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive from a stream, entry by entry.
 *
 * <p>Takes v7, ustar, PAX (POSIX 2001) and GNU archives, sparse files in all four ways of GNU tar.
 * Global PAX headers are passed over, as Docker does. Memory is bounded whatever the archive says:
 * an extended header may have 1 MiB, a name 4096 bytes. Broken archives are a {@link TarException},
 * cut ones too. Does not close the stream and reads no further than the end-of-archive mark. Used
 * by one thread.
 */
public final class TarReader {
  private static final int MAX_EXTENSION = 1 << 20;
  private static final int MAX_NAME = 4096;
  private static final int GNU_SPARSE = 386;
  private static final int GNU_SPARSE_PIECES = 4;
  private static final int GNU_SPARSE_MORE = 482;
  private static final int GNU_SPARSE_SIZE = 483;
  private static final int GNU_MORE_PIECES = 21;
  private static final int GNU_MORE_MORE = 504;

  private final InputStream in;
  private final byte[] block = new byte[Header.SIZE];
  private final Header header = new Header(block);
  private long stored;
  private int padding;
  private @Nullable SparseMap sparse;
  private boolean ended;

  /** Reads from a stream, best a buffered one. */
  public TarReader(InputStream in) {
    this.in = requireNonNull(in, "in is null");
  }

  /**
   * The next entry, or nothing at the end; what is left of the last one's content is passed over.
   */
  public Optional<TarEntry> next() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    skip(stored + padding);
    stored = 0;
    padding = 0;
    sparse = null;
    Extensions extensions = new Extensions();
    while (readHeader()) {
      header.verify();
      long size = header.number(Header.SIZE_FIELD, Header.LONG_FIELD);
      switch (header.type()) {
        case 'x', 'X' -> extensions.pax = Pax.parse(extension(size, MAX_EXTENSION));
        case 'g' -> extension(size, MAX_EXTENSION);
        case 'L' -> extensions.name = longName(size);
        case 'K' -> extensions.linkName = longName(size);
        default -> {
          return Optional.of(entry(size, extensions));
        }
      }
    }
    if (extensions.isPresent()) {
      throw new TarException("the archive ends after an extended header");
    }
    ended = true;
    return Optional.empty();
  }

  /** What extended headers said of the entry after them. */
  private static final class Extensions {
    private Map<String, String> pax = Map.of();
    private @Nullable String name;
    private @Nullable String linkName;

    private boolean isPresent() {
      return !pax.isEmpty() || name != null || linkName != null;
    }
  }

  /** The next header block; false at the end, which is two zero blocks or the end of the stream. */
  private boolean readHeader() throws IOException {
    int count = in.readNBytes(block, 0, Header.SIZE);
    if (count == 0) {
      return false;
    }
    if (count < Header.SIZE) {
      throw cut();
    }
    if (!header.isZero()) {
      return true;
    }
    count = in.readNBytes(block, 0, Header.SIZE);
    if (count != 0 && (count < Header.SIZE || !header.isZero())) {
      throw new TarException("broken tar archive: a lone zero block amid the entries");
    }
    return false;
  }

  private static TarException cut() {
    return new TarException("the tar archive is cut off in the middle");
  }

  private byte[] extension(long size, int limit) throws IOException {
    if (size < 0 || size > limit) {
      throw new TarException("an extended tar header of " + size + " bytes; allowed are " + limit);
    }
    byte[] data = in.readNBytes((int) size);
    if (data.length < size) {
      throw cut();
    }
    skip(paddingOf(size));
    return data;
  }

  private String longName(long size) throws IOException {
    byte[] data = extension(size, MAX_NAME + 1);
    int end = 0;
    while (end < data.length && data[end] != 0) {
      end++;
    }
    return new String(data, 0, end, StandardCharsets.ISO_8859_1);
  }

  private TarEntry entry(long headerSize, Extensions extensions) throws IOException {
    Map<String, String> pax = extensions.pax;
    String name = name(extensions);
    EntryType type = type(header.type(), name);
    if (type == EntryType.REGULAR) {
      stored = numberOf(pax, Pax.SIZE, headerSize);
      if (stored < 0) {
        throw new TarException(readable(name) + ": a negative size in the tar header");
      }
      padding = paddingOf(stored);
      openSparse(pax);
    }
    SparseMap map = sparse;
    String mtime = pax.getOrDefault(Pax.MTIME, "");
    return new TarEntry(
        name,
        type,
        (int) header.number(Header.MODE, Header.SHORT_FIELD) & 07777,
        id(numberOf(pax, Pax.UID, header.number(Header.UID, Header.SHORT_FIELD)), name),
        id(numberOf(pax, Pax.GID, header.number(Header.GID, Header.SHORT_FIELD)), name),
        map == null ? stored : map.realSize(),
        mtime.isEmpty()
            ? Timestamp.ofSeconds(header.number(Header.MTIME, Header.LONG_FIELD))
            : Pax.time(mtime),
        linkName(type, extensions),
        header.device(Header.DEV_MAJOR),
        header.device(Header.DEV_MINOR),
        xattrs(pax));
  }

  private String name(Extensions extensions) throws TarException {
    String name = extensions.pax.getOrDefault(Pax.SPARSE_PREFIX + "name", "");
    if (name.isEmpty()) {
      name = extensions.pax.getOrDefault(Pax.PATH, "");
    }
    if (name.isEmpty()) {
      name = extensions.name == null ? header.name() : extensions.name;
    }
    if (name.isEmpty()) {
      throw new TarException("broken tar archive: an entry without a name");
    }
    return checkedName(name);
  }

  private String linkName(EntryType type, Extensions extensions) throws TarException {
    if (type != EntryType.SYMLINK && type != EntryType.HARD_LINK) {
      return "";
    }
    String target = extensions.pax.getOrDefault(Pax.LINK_PATH, "");
    if (target.isEmpty()) {
      target =
          extensions.linkName == null
              ? header.text(Header.LINK_NAME, Header.NAME_LENGTH)
              : extensions.linkName;
    }
    if (target.isEmpty()) {
      throw new TarException("broken tar archive: a link without a target");
    }
    return checkedName(target);
  }

  private static String checkedName(String name) throws TarException {
    if (name.length() > MAX_NAME) {
      throw new TarException(
          "a name of " + name.length() + " bytes in the tar archive; allowed are " + MAX_NAME);
    }
    if (name.indexOf(0) >= 0) {
      throw new TarException("a name with a NUL in the tar archive: " + readable(name));
    }
    return name;
  }

  private static EntryType type(char flag, String name) throws TarException {
    return switch (flag) {
      case '\0' -> name.endsWith("/") ? EntryType.DIRECTORY : EntryType.REGULAR;
      case '0', '7', 'S' -> EntryType.REGULAR;
      case '1' -> EntryType.HARD_LINK;
      case '2' -> EntryType.SYMLINK;
      case '3' -> EntryType.CHARACTER_DEVICE;
      case '4' -> EntryType.BLOCK_DEVICE;
      case '5' -> EntryType.DIRECTORY;
      case '6' -> EntryType.FIFO;
      default ->
          throw new TarException(
              readable(name) + ": tar entries of type '" + flag + "' are not supported");
    };
  }

  private static String readable(String raw) {
    return new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static long numberOf(Map<String, String> pax, String key, long otherwise)
      throws TarException {
    String value = pax.getOrDefault(key, "");
    return value.isEmpty() ? otherwise : Pax.number(key, value);
  }

  /** Ids beyond 32 bits must not wrap around to root's. */
  private static long id(long id, String name) throws TarException {
    if (id < 0 || id >= 0xffff_ffffL) {
      throw new TarException(readable(name) + ": owner or group " + id + " is out of range");
    }
    return id;
  }

  private static Map<String, byte[]> xattrs(Map<String, String> pax) {
    if (pax.isEmpty()) {
      return Map.of();
    }
    Map<String, byte[]> xattrs = new HashMap<>();
    pax.forEach((key, value) -> {
      if (key.startsWith(Pax.XATTR_PREFIX) && key.length() > Pax.XATTR_PREFIX.length()) {
        xattrs.put(
            key.substring(Pax.XATTR_PREFIX.length()), value.getBytes(StandardCharsets.ISO_8859_1));
      }
    });
    return xattrs;
  }

  private void openSparse(Map<String, String> pax) throws IOException {
    if (header.type() == 'S') {
      openGnuSparse();
      return;
    }
    String size = pax.getOrDefault(Pax.SPARSE_PREFIX + "size", "");
    if (pax.getOrDefault(Pax.SPARSE_PREFIX + "major", "").equals("1")) {
      long realSize =
          Pax.number("GNU.sparse.realsize", pax.getOrDefault("GNU.sparse.realsize", ""));
      List<SparseMap.Piece> pieces = leadingMap();
      sparse = new SparseMap(pieces, realSize, stored);
    } else if (!size.isEmpty()) {
      List<Long> numbers = new ArrayList<>();
      String map = pax.getOrDefault(Pax.SPARSE_MAP, "");
      for (String number : map.isEmpty() ? new String[0] : map.split(",", -1)) {
        numbers.add(Pax.number(Pax.SPARSE_MAP, number));
      }
      sparse =
          new SparseMap(SparseMap.pieces(numbers), Pax.number("GNU.sparse.size", size), stored);
    }
  }

  /** The old GNU format: the map is in the header and in blocks right after it. */
  private void openGnuSparse() throws IOException {
    long realSize = header.number(GNU_SPARSE_SIZE, Header.LONG_FIELD);
    byte[] kept = block.clone();
    List<SparseMap.Piece> pieces = new ArrayList<>();
    collect(pieces, GNU_SPARSE, GNU_SPARSE_PIECES);
    boolean more = header.flag(GNU_SPARSE_MORE);
    while (more) {
      if (in.readNBytes(block, 0, Header.SIZE) < Header.SIZE) {
        throw cut();
      }
      if (pieces.size() * 2L * Header.LONG_FIELD > MAX_EXTENSION) {
        throw new TarException("the map of a sparse file is over " + MAX_EXTENSION + " bytes");
      }
      collect(pieces, 0, GNU_MORE_PIECES);
      more = header.flag(GNU_MORE_MORE);
    }
    System.arraycopy(kept, 0, block, 0, Header.SIZE);
    sparse = new SparseMap(pieces, realSize, stored);
  }

  private void collect(List<SparseMap.Piece> pieces, int offset, int count) throws TarException {
    for (int i = 0; i < count; i++) {
      int at = offset + i * 2 * Header.LONG_FIELD;
      if (!header.flag(at)) {
        return;
      }
      pieces.add(
          new SparseMap.Piece(
              header.number(at, Header.LONG_FIELD),
              header.number(at + Header.LONG_FIELD, Header.LONG_FIELD)));
    }
  }

  /** PAX sparse 1.0: the map is decimal lines at the beginning of the content, in whole blocks. */
  private List<SparseMap.Piece> leadingMap() throws IOException {
    MapLines lines = new MapLines();
    long count = lines.number();
    if (count < 0 || count * 4 > MAX_EXTENSION) {
      throw new TarException("the map of a sparse file has " + count + " pieces");
    }
    List<Long> numbers = new ArrayList<>();
    for (long i = 0; i < 2 * count; i++) {
      numbers.add(lines.number());
    }
    return SparseMap.pieces(numbers);
  }

  private final class MapLines {
    private final byte[] data = new byte[Header.SIZE];
    private int at = Header.SIZE;
    private long total;

    private long number() throws IOException {
      StringBuilder digits = new StringBuilder();
      while (true) {
        if (at == Header.SIZE) {
          fill();
        }
        char c = (char) (data[at++] & 0xff);
        if (c == '\n') {
          return Pax.number("map of a sparse file", digits.toString());
        }
        digits.append(c);
      }
    }

    private void fill() throws IOException {
      total += Header.SIZE;
      if (total > MAX_EXTENSION || stored < Header.SIZE) {
        throw new TarException("the map of a sparse file does not end");
      }
      if (in.readNBytes(data, 0, Header.SIZE) < Header.SIZE) {
        throw cut();
      }
      stored -= Header.SIZE;
      at = 0;
    }
  }

  /**
   * Reads the next bytes of the current entry's content; holes read as zeros.
   *
   * @return how many, or -1 at the end of the content
   */
  public int read(byte[] into, int offset, int length) throws IOException {
    SparseMap map = sparse;
    if (map == null) {
      return readStored(into, offset, length);
    }
    long hole = map.hole();
    if (hole > 0) {
      int zeros = (int) Math.min(hole, length);
      Arrays.fill(into, offset, offset + zeros, (byte) 0);
      map.advance(zeros);
      return zeros;
    }
    long data = map.data();
    if (data == 0) {
      return -1;
    }
    int count = readStored(into, offset, (int) Math.min(data, length));
    map.advance(Math.max(count, 0));
    return count;
  }

  /** Passes over the hole at the current position of the content, if there is one. */
  public long skipHole() {
    SparseMap map = sparse;
    if (map == null) {
      return 0;
    }
    long hole = map.hole();
    map.advance(hole);
    return hole;
  }

  /** Whether the current position of the content is in a hole. */
  public boolean isAtHole() {
    SparseMap map = sparse;
    return map != null && map.hole() > 0;
  }

  private int readStored(byte[] into, int offset, int length) throws IOException {
    if (stored == 0) {
      return -1;
    }
    int count = in.read(into, offset, (int) Math.min(stored, length));
    if (count < 0) {
      throw cut();
    }
    stored -= count;
    return count;
  }

  private void skip(long bytes) throws IOException {
    try {
      in.skipNBytes(bytes);
    } catch (EOFException early) {
      TarException cut = cut();
      cut.initCause(early);
      throw cut;
    }
  }

  private static int paddingOf(long size) {
    return (int) (-size & (Header.SIZE - 1));
  }
}
