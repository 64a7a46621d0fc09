package dev.janiko.builder.gzip;

import static java.util.Objects.checkFromIndexSize;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.ZipException;

/**
 * Decompresses gzip (RFC 1952): one member or several in a row, each checked against its trailer;
 * zeros may follow, as gzip(1) allows. Bytes after the zeros are an error. Not for use by several
 * threads.
 */
public final class GzipInput extends InputStream {
  private static final int MAGIC = 0x8b1f;
  private static final int DEFLATE = 8;
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final InputStream blob;
  private final Input in;
  private final DeflateDecoder decoder;
  private final CRC32 crc = new CRC32();
  private long size;
  private boolean inMember;
  private boolean ended;

  /**
   * Reads nothing yet.
   *
   * @param blob what is compressed; closed with this stream
   */
  public GzipInput(InputStream blob) {
    this.blob = requireNonNull(blob, "blob is null");
    this.in = new Input(blob);
    this.decoder = new DeflateDecoder(in);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * Reads as much as there is without asking for more than the next part of the input.
   *
   * @throws ZipException if the data are not gzip, damaged or cut off
   */
  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      if (!inMember && !openMember()) {
        break;
      }
      int count = decoder.read(into, offset, length);
      if (count > 0) {
        crc.update(into, offset, count);
        size += count;
        return count;
      }
      closeMember();
    }
    return -1;
  }

  /** Reads a member's header; false at the end of the data. */
  private boolean openMember() throws IOException {
    if (!in.hasNext()) {
      ended = true;
      return false;
    }
    if (in.bytes[in.position] == 0) {
      skipZeros();
      return false;
    }
    if (in.nextShort() != MAGIC || in.next() != DEFLATE) {
      throw new ZipException("not gzip data");
    }
    int flags = in.next();
    if ((flags & RESERVED) != 0) {
      throw new ZipException("gzip data with unknown flags");
    }
    skip(6);
    if ((flags & EXTRA) != 0) {
      skip(in.nextShort());
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
    decoder.reset();
    crc.reset();
    size = 0;
    inMember = true;
    return true;
  }

  private void closeMember() throws IOException {
    if (in.nextInt() != crc.getValue()) {
      throw new ZipException("damaged gzip data: wrong checksum");
    }
    if (in.nextInt() != (size & 0xffff_ffffL)) {
      throw new ZipException("damaged gzip data: wrong size");
    }
    inMember = false;
  }

  private void skipZeros() throws IOException {
    while (in.hasNext()) {
      if (in.next() != 0) {
        throw new ZipException("garbage after the gzip data");
      }
    }
    ended = true;
  }

  private void skipText() throws IOException {
    int last = in.next();
    while (last != 0) {
      last = in.next();
    }
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      in.next();
    }
  }

  @Override
  public void close() throws IOException {
    blob.close();
  }
}
