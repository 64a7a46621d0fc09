package dev.janiko.builder.tar;

import dev.janiko.builder.linux.Timestamp;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/**
 * PAX extended header records, {@code "<length> <key>=<value>\n"} (POSIX pax, "pax Extended
 * Header").
 *
 * <p>Keys and values are raw (Latin-1 strings): POSIX asks for UTF-8, but attribute values are
 * binary and names are what the file system has.
 */
final class Pax {
  static final String PATH = "path";
  static final String LINK_PATH = "linkpath";
  static final String SIZE = "size";
  static final String UID = "uid";
  static final String GID = "gid";
  static final String MTIME = "mtime";
  static final String XATTR_PREFIX = "SCHILY.xattr.";
  static final String SPARSE_PREFIX = "GNU.sparse.";

  /** Where the map of a sparse file goes that came as many records of one key (format 0.0). */
  static final String SPARSE_MAP = "GNU.sparse.map";

  private static final String SPARSE_OFFSET = "GNU.sparse.offset";
  private static final String SPARSE_LENGTH = "GNU.sparse.numbytes";
  private static final int NANO_DIGITS = 9;
  private static final int NANOS = 1_000_000_000;

  private Pax() {}

  static Map<String, String> parse(byte[] data) throws TarException {
    Map<String, String> records = new HashMap<>();
    StringBuilder repeated = new StringBuilder();
    int at = 0;
    while (at < data.length) {
      int space = at;
      int length = 0;
      while (space < data.length && data[space] >= '0' && data[space] <= '9') {
        length = length * 10 + data[space] - '0';
        if (length > data.length) {
          throw broken("record longer than its header");
        }
        space++;
      }
      int end = at + length;
      if (space == at || space >= data.length || data[space] != ' ' || end > data.length) {
        throw broken("record without a length");
      }
      int equals = space + 1;
      while (equals < end && data[equals] != '=') {
        equals++;
      }
      if (equals >= end || equals == space + 1 || data[end - 1] != '\n') {
        throw broken("record without key, '=' or newline");
      }
      String key = latin(data, space + 1, equals);
      String value = latin(data, equals + 1, end - 1);
      if (key.equals(SPARSE_OFFSET) || key.equals(SPARSE_LENGTH)) {
        repeated.append(repeated.isEmpty() ? "" : ",").append(value);
      } else {
        records.put(key, value);
      }
      at = end;
    }
    if (!repeated.isEmpty()) {
      records.put(SPARSE_MAP, repeated.toString());
    }
    return records;
  }

  private static String latin(byte[] data, int from, int to) {
    return new String(data, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static TarException broken(String what) {
    return new TarException("broken PAX header: " + what);
  }

  static long number(String key, String value) throws TarException {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException notNumber) {
      throw new TarException("broken PAX header: " + key + " is no number");
    }
  }

  /** Seconds with a fraction of any length; what is beyond nanoseconds is cut off. */
  static Timestamp time(String value) throws TarException {
    int point = value.indexOf('.');
    String whole = point < 0 ? value : value.substring(0, point);
    String fraction = point < 0 ? "" : value.substring(point + 1);
    boolean negative = whole.startsWith("-");
    long seconds = whole.isEmpty() || whole.equals("-") ? 0 : number(MTIME, whole);
    long nanos = 0;
    for (int i = 0; i < NANO_DIGITS; i++) {
      char digit = i < fraction.length() ? fraction.charAt(i) : '0';
      if (digit < '0' || digit > '9') {
        throw new TarException("broken PAX header: mtime is no number");
      }
      nanos = nanos * 10 + digit - '0';
    }
    if (negative && nanos > 0) {
      return new Timestamp(seconds - 1, (int) (NANOS - nanos));
    }
    return new Timestamp(seconds, (int) nanos);
  }

  /** Seconds with a fraction; before 1970 both count down from 0, as {@link #time} reads them. */
  static String text(Timestamp time) {
    boolean before = time.seconds() < 0;
    long whole = before ? -(time.seconds() + 1) : time.seconds();
    int fraction = before ? NANOS - time.nanos() : time.nanos();
    String digits = Integer.toString(NANOS + fraction).substring(1);
    return (before ? "-" : "") + whole + "." + digits;
  }

  static byte[] format(SortedMap<String, String> records) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    records.forEach((key, value) -> {
      int content = key.length() + value.length() + 3;
      int length = content + Integer.toString(content).length();
      // The digits of the length count too, and may make it one digit longer.
      length = content + Integer.toString(length).length();
      String record = length + " " + key + "=" + value + "\n";
      data.writeBytes(record.getBytes(StandardCharsets.ISO_8859_1));
    });
    return data.toByteArray();
  }
}
