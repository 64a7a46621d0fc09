package dev.janiko.builder.tar;

import java.nio.charset.StandardCharsets;

/** The fields of a 512-byte header block, read where they are. */
final class Header {
  static final int SIZE = 512;
  static final int NAME = 0;
  static final int NAME_LENGTH = 100;
  static final int MODE = 100;
  static final int UID = 108;
  static final int GID = 116;
  static final int SIZE_FIELD = 124;
  static final int MTIME = 136;
  static final int CHECKSUM = 148;
  static final int TYPE = 156;
  static final int LINK_NAME = 157;
  static final int MAGIC = 257;
  static final int DEV_MAJOR = 329;
  static final int DEV_MINOR = 337;
  static final int SHORT_FIELD = 8;
  static final int LONG_FIELD = 12;

  private static final int PREFIX = 345;
  private static final int PREFIX_LENGTH = 155;
  private static final int STAR_PREFIX_LENGTH = 131;
  private static final int STAR_TRAILER = 508;
  private static final int BINARY = 0x80;
  private static final int NEGATIVE = 0x40;

  private final byte[] block;

  Header(byte[] block) {
    this.block = block;
  }

  boolean isZero() {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /** The checksum is the sum of all bytes, unsigned; some old programs summed signed ones. */
  void verify() throws TarException {
    long unsigned = 0;
    long signed = 0;
    for (int i = 0; i < SIZE; i++) {
      byte b = i >= CHECKSUM && i < CHECKSUM + SHORT_FIELD ? (byte) ' ' : block[i];
      unsigned += b & 0xff;
      signed += b;
    }
    long stated = number(CHECKSUM, SHORT_FIELD);
    if (stated != unsigned && stated != signed) {
      throw new TarException("not a tar archive, or a damaged one: wrong header checksum");
    }
  }

  char type() {
    return (char) (block[TYPE] & 0xff);
  }

  String name() {
    String name = text(NAME, NAME_LENGTH);
    if (!has("ustar\0", MAGIC)) {
      return name;
    }
    int length = has("tar\0", STAR_TRAILER) ? STAR_PREFIX_LENGTH : PREFIX_LENGTH;
    String prefix = text(PREFIX, length);
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  /** Device numbers are fields of the formats after v7 only. */
  int device(int offset) throws TarException {
    return has("ustar", MAGIC) ? (int) number(offset, SHORT_FIELD) : 0;
  }

  private boolean has(String text, int offset) {
    for (int i = 0; i < text.length(); i++) {
      if (block[offset + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** A NUL-terminated text, raw. */
  String text(int offset, int length) {
    int end = offset;
    while (end < offset + length && block[end] != 0) {
      end++;
    }
    return new String(block, offset, end - offset, StandardCharsets.ISO_8859_1);
  }

  boolean flag(int offset) {
    return block[offset] != 0;
  }

  /** Octal digits amid spaces and NULs, or GNU's big-endian binary with the top bit set. */
  long number(int offset, int length) throws TarException {
    if ((block[offset] & BINARY) != 0) {
      return binary(offset, length);
    }
    int start = offset;
    int end = offset + length;
    while (start < end && (block[start] == ' ' || block[start] == 0)) {
      start++;
    }
    long value = 0;
    for (int i = start; i < end && block[i] != ' ' && block[i] != 0; i++) {
      int digit = block[i] - '0';
      if (digit < 0 || digit > 7) {
        throw new TarException("broken tar header: no octal number at byte " + offset);
      }
      value = value << 3 | digit;
    }
    return value;
  }

  private long binary(int offset, int length) throws TarException {
    boolean negative = (block[offset] & NEGATIVE) != 0;
    long value = negative ? -1 : 0;
    for (int i = offset; i < offset + length; i++) {
      int b = block[i] & 0xff;
      if (i == offset) {
        b = negative ? b : b & ~BINARY;
      }
      if (value << 8 >> 8 != value) {
        throw new TarException("broken tar header: number too large at byte " + offset);
      }
      value = value << 8 | b;
    }
    return value;
  }
}
