package dev.janiko.builder.layer;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Decompresses gzip (RFC 1952): one member or several in a row, each checked against its trailer;
 * zeros may follow, as gzip(1) allows. Close it to free the inflater.
 */
final class GzipMembers implements AutoCloseable {
  private static final int INPUT_BYTES = 64 * 1024;
  private static final int MAGIC = 0x8b1f;
  private static final int DEFLATE = 8;
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] input = new byte[INPUT_BYTES];
  private int position;
  private int limit;
  private boolean inMember;
  private boolean ended;

  GzipMembers(InputStream in) {
    this.in = in;
  }

  /** Fills as much of the array as there is; -1 at the end. */
  int read(byte[] into) throws IOException {
    int filled = 0;
    while (filled < into.length && !ended) {
      if (!inMember && !openMember()) {
        break;
      }
      filled += inflate(into, filled);
    }
    return filled == 0 && ended ? -1 : filled;
  }

  private int inflate(byte[] into, int offset) throws IOException {
    try {
      int count = inflater.inflate(into, offset, into.length - offset);
      crc.update(into, offset, count);
      if (inflater.finished()) {
        position = limit - inflater.getRemaining();
        closeMember();
      } else if (count == 0) {
        if (inflater.needsDictionary()) {
          throw new ZipException("broken gzip data: a dictionary is wanted");
        }
        refill();
        inflater.setInput(input, 0, limit);
      }
      return count;
    } catch (DataFormatException broken) {
      ZipException wrapped = new ZipException("broken gzip data: " + broken.getMessage());
      wrapped.initCause(broken);
      throw wrapped;
    }
  }

  private void refill() throws IOException {
    limit = in.read(input, 0, INPUT_BYTES);
    position = 0;
    if (limit < 0) {
      limit = 0;
      throw new ZipException("the gzip data is cut off");
    }
  }

  /** Reads a member's header; false at the end of the data. */
  private boolean openMember() throws IOException {
    if (position == limit) {
      limit = Math.max(0, in.read(input, 0, INPUT_BYTES));
      position = 0;
      if (limit == 0) {
        ended = true;
        return false;
      }
    }
    if (input[position] == 0) {
      skipZeros();
      return false;
    }
    if (unsignedShort() != MAGIC || unsignedByte() != DEFLATE) {
      throw new ZipException("not gzip data");
    }
    int flags = unsignedByte();
    if ((flags & RESERVED) != 0) {
      throw new ZipException("gzip data with unknown flags");
    }
    skip(6);
    if ((flags & EXTRA) != 0) {
      skip(unsignedShort());
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CRC) != 0) {
      skip(2);
    }
    inflater.reset();
    inflater.setInput(input, position, limit - position);
    crc.reset();
    inMember = true;
    return true;
  }

  private void closeMember() throws IOException {
    long stated = unsignedShort() | (long) unsignedShort() << 16;
    long size = unsignedShort() | (long) unsignedShort() << 16;
    if (stated != crc.getValue()) {
      throw new ZipException("damaged gzip data: wrong checksum");
    }
    if (size != (inflater.getBytesWritten() & 0xffff_ffffL)) {
      throw new ZipException("damaged gzip data: wrong size");
    }
    inMember = false;
  }

  private void skipZeros() throws IOException {
    while (limit > 0) {
      while (position < limit) {
        if (input[position++] != 0) {
          throw new ZipException("garbage after the gzip data");
        }
      }
      limit = Math.max(0, in.read(input, 0, INPUT_BYTES));
      position = 0;
    }
    ended = true;
  }

  private void skipText() throws IOException {
    int last = unsignedByte();
    while (last != 0) {
      last = unsignedByte();
    }
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      unsignedByte();
    }
  }

  private int unsignedShort() throws IOException {
    int low = unsignedByte();
    return low | unsignedByte() << 8;
  }

  private int unsignedByte() throws IOException {
    if (position == limit) {
      refill();
    }
    return input[position++] & 0xff;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
