package dev.janiko.builder.layer;

import static java.util.Objects.requireNonNullElseGet;

import dev.janiko.builder.gzip.DeflateEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * One gzip member (RFC 1952). Each block is compressed with the 32 KiB before it as dictionary and
 * ends at a byte boundary, so the results in a row are one deflate stream. The header carries no
 * time and no system, as Go's does.
 *
 * <p>The two lowest levels are {@link DeflateEncoder}, which makes what zlib makes at level 2 in
 * half of the time or less; higher ones are zlib. At low levels a block that shrinks a lot is
 * compressed once more, harder: such blocks, of small files with their headers for the most part,
 * take little time at any level, and are where low levels lose most (40,000 files of some bytes:
 * 1.4 times the size of level 6).
 */
final class GzipBlocks implements BlockCodec {
  private static final int BLOCK_BYTES = 256 * 1024;
  private static final int WINDOW_BYTES = 32 * 1024;
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private static final int FASTEST_OF_ZLIB = 3;
  private static final int HARDER_LEVEL = 6;

  /** Blocks that become smaller than this part of themselves are compressed harder. */
  private static final int SHRINKS_MUCH = 6;

  private final int level;
  private final Queue<DeflateEncoder> idle = new ConcurrentLinkedQueue<>();
  private final CRC32 crc = new CRC32();
  private long size;

  /** Compresses at a level of 1 to 9. */
  GzipBlocks(int level) {
    this.level = level;
  }

  @Override
  public int blockBytes() {
    return BLOCK_BYTES;
  }

  @Override
  public int windowBytes() {
    return WINDOW_BYTES;
  }

  @Override
  public byte[] header() {
    return HEADER.clone();
  }

  @Override
  public void seen(byte[] bytes, int offset, int count) {
    crc.update(bytes, offset, count);
    size += count;
  }

  @Override
  public Block compress(byte[] buffer, Part part) {
    Block block = level < FASTEST_OF_ZLIB ? encode(buffer, part) : compress(buffer, part, level);
    boolean small = block.length() < part.length() / SHRINKS_MUCH;
    return small && level < HARDER_LEVEL ? compress(buffer, part, HARDER_LEVEL) : block;
  }

  private Block encode(byte[] buffer, Part part) {
    DeflateEncoder encoder = requireNonNullElseGet(idle.poll(), DeflateEncoder::new);
    byte[] bytes = encoder.encode(buffer, part.start(), part.length(), part.window());
    idle.add(encoder);
    return new Block(bytes, bytes.length);
  }

  private static Block compress(byte[] buffer, Part part, int level) {
    Deflater deflater = new Deflater(level, true);
    try {
      if (part.window() > 0) {
        deflater.setDictionary(buffer, part.start() - part.window(), part.window());
      }
      deflater.setInput(buffer, part.start(), part.length());
      byte[] bytes = new byte[BLOCK_BYTES / 2];
      int filled = 0;
      while (true) {
        filled += deflater.deflate(bytes, filled, bytes.length - filled, Deflater.SYNC_FLUSH);
        if (filled < bytes.length) {
          return new Block(bytes, filled);
        }
        bytes = Arrays.copyOf(bytes, bytes.length * 2);
      }
    } finally {
      deflater.end();
    }
  }

  /** An empty final block with fixed codes, the end of a deflate stream; checksum and size. */
  @Override
  public byte[] trailer() {
    ByteBuffer trailer = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    trailer.put((byte) 3).put((byte) 0).putInt((int) crc.getValue()).putInt((int) size);
    return trailer.array();
  }
}
