package dev.janiko.builder.tar;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes an archive as BuildKit writes layers, to the byte: ustar headers without user names, PAX
 * records only for what ustar cannot hold, whole seconds, two zero blocks at the end.
 *
 * <p>A PAX header carries names that are over 100 bytes or not ASCII, owners above 2097151, sizes
 * from 8 GiB, times before 1970 and extended attributes. Does not close the stream. Used by one
 * thread.
 */
public final class TarWriter {
  private static final long MAX_ID = 07777777;
  private static final long MAX_LONG = 077777777777L;
  private static final byte[] ZEROS = new byte[2 * Header.SIZE];

  private final OutputStream out;
  private final byte[] block = new byte[Header.SIZE];
  private long missing;
  private int padding;

  /** Writes to a stream, best a buffered one. */
  public TarWriter(OutputStream out) {
    this.out = requireNonNull(out, "out is null");
  }

  /**
   * Begins an entry; as many bytes of content as its size says must follow.
   *
   * @throws IllegalStateException if content of the entry before is missing
   */
  public void put(TarEntry entry) throws IOException {
    finishEntry();
    String name =
        entry.type() == EntryType.DIRECTORY && !entry.name().endsWith("/")
            ? entry.name() + "/"
            : entry.name();
    SortedMap<String, String> pax = pax(entry, name);
    if (!pax.isEmpty()) {
      putPax(name, Pax.format(pax));
    }
    long seconds = entry.mtime().seconds();
    begin(name, entry.type().flag());
    octal(Header.MODE, Header.SHORT_FIELD, entry.mode());
    octal(Header.UID, Header.SHORT_FIELD, entry.uid());
    octal(Header.GID, Header.SHORT_FIELD, entry.gid());
    octal(Header.SIZE_FIELD, Header.LONG_FIELD, entry.size());
    octal(Header.MTIME, Header.LONG_FIELD, seconds);
    text(Header.LINK_NAME, ascii(entry.linkName()));
    octal(Header.DEV_MAJOR, Header.SHORT_FIELD, entry.devMajor());
    octal(Header.DEV_MINOR, Header.SHORT_FIELD, entry.devMinor());
    end();
    missing = entry.size();
    padding = (int) (-entry.size() & (Header.SIZE - 1));
  }

  /**
   * Writes content of the current entry.
   *
   * @throws IllegalStateException if it is more than the entry's size
   */
  public void write(byte[] content, int offset, int length) throws IOException {
    if (length > missing) {
      throw new IllegalStateException("more content than the size in the header");
    }
    out.write(content, offset, length);
    missing -= length;
  }

  /** Ends the archive. */
  public void finish() throws IOException {
    finishEntry();
    out.write(ZEROS, 0, 2 * Header.SIZE);
  }

  private void finishEntry() throws IOException {
    if (missing > 0) {
      throw new IllegalStateException(missing + " bytes of content are missing");
    }
    out.write(ZEROS, 0, padding);
    padding = 0;
  }

  private static SortedMap<String, String> pax(TarEntry entry, String name) {
    SortedMap<String, String> pax = new TreeMap<>();
    putName(pax, Pax.PATH, name);
    putName(pax, Pax.LINK_PATH, entry.linkName());
    putNumber(pax, Pax.UID, entry.uid(), MAX_ID);
    putNumber(pax, Pax.GID, entry.gid(), MAX_ID);
    putNumber(pax, Pax.SIZE, entry.size(), MAX_LONG);
    if (entry.mtime().nanos() == 0) {
      putNumber(pax, Pax.MTIME, entry.mtime().seconds(), MAX_LONG);
    } else {
      pax.put(Pax.MTIME, Pax.text(entry.mtime()));
    }
    entry
        .xattrs()
        .forEach((key, value) ->
            pax.put(Pax.XATTR_PREFIX + key, new String(value, StandardCharsets.ISO_8859_1)));
    return pax;
  }

  private static void putName(SortedMap<String, String> pax, String key, String name) {
    if (name.length() > Header.NAME_LENGTH || !ascii(name).equals(name)) {
      pax.put(key, name);
    }
  }

  private static void putNumber(SortedMap<String, String> pax, String key, long number, long max) {
    if (number < 0 || number > max) {
      pax.put(key, Long.toString(number));
    }
  }

  /** The extended header's own name is a courtesy to programs that know no PAX. */
  private void putPax(String name, byte[] data) throws IOException {
    // Of a directory, the name in front of the final slash is a folder too and the file is empty.
    int slash = name.lastIndexOf('/');
    String folder = name.substring(0, slash + 1);
    String paxName = ascii(folder + "PaxHeaders.0/" + name.substring(slash + 1));
    if (paxName.length() > Header.NAME_LENGTH) {
      paxName = paxName.substring(0, Header.NAME_LENGTH);
    }
    while (paxName.endsWith("/")) {
      paxName = paxName.substring(0, paxName.length() - 1);
    }
    begin(paxName, 'x');
    octal(Header.MODE, Header.SHORT_FIELD, 0);
    octal(Header.UID, Header.SHORT_FIELD, 0);
    octal(Header.GID, Header.SHORT_FIELD, 0);
    octal(Header.SIZE_FIELD, Header.LONG_FIELD, data.length);
    octal(Header.MTIME, Header.LONG_FIELD, 0);
    end();
    out.write(data);
    out.write(ZEROS, 0, -data.length & (Header.SIZE - 1));
  }

  private void begin(String name, char type) {
    Arrays.fill(block, (byte) 0);
    text(Header.NAME, ascii(name));
    block[Header.TYPE] = (byte) type;
    text(Header.MAGIC, "ustar\00000");
  }

  private void end() throws IOException {
    Arrays.fill(block, Header.CHECKSUM, Header.CHECKSUM + Header.SHORT_FIELD, (byte) ' ');
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    octal(Header.CHECKSUM, Header.SHORT_FIELD - 1, sum);
    out.write(block, 0, Header.SIZE);
  }

  /** As much of a text as the field of a name has room for. */
  private void text(int offset, String text) {
    int length = Math.min(text.length(), Header.NAME_LENGTH);
    for (int i = 0; i < length; i++) {
      block[offset + i] = (byte) text.charAt(i);
    }
    // Cut at a slash, a name would look like a folder's to old programs.
    if (text.length() > length && text.charAt(length - 1) == '/') {
      int end = length - 1;
      while (end > 0 && text.charAt(end - 1) == '/') {
        end--;
      }
      block[offset + end] = 0;
    }
  }

  /** Octal digits with leading zeros and a NUL; what has no room is in a PAX record and 0 here. */
  private void octal(int offset, int length, long number) {
    int digits = length - 1;
    long rest = number < 0 || number >> (3 * digits) != 0 ? 0 : number;
    for (int i = offset + digits - 1; i >= offset; i--) {
      block[i] = (byte) ('0' + (rest & 7));
      rest >>= 3;
    }
    block[offset + digits] = 0;
  }

  private static String ascii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        StringBuilder kept = new StringBuilder();
        text.chars().filter(c -> c < 0x80).forEach(c -> kept.append((char) c));
        return kept.toString();
      }
    }
    return text;
  }
}
