package dev.janiko.builder.zstd;

import static java.util.Objects.requireNonNull;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Decompresses zstd (RFC 8878): frames in a row, skippable ones among them, each checked against
 * its checksum if it has one. Frames may look back as far as 128 MiB, which is what level 22
 * writes; that memory is taken outside the heap. Closing it leaves the stream below open.
 */
public final class ZstdInput extends FilterInputStream {
  private static final int LARGEST_WINDOW_LOG = 27;
  private static final int FRAME = 0xfd2fb528;
  private static final int SKIPPABLE = 0x184d2a50;
  private static final int SKIPPABLE_MASK = 0xfffffff0;

  /** Reads compressed data from its first byte. */
  public ZstdInput(InputStream in) throws IOException {
    super(
        new ZstdInputStreamNoFinalizer(new Below(requireNonNull(in, "in is null")))
            .setLongMax(LARGEST_WINDOW_LOG));
  }

  /** Whether data is zstd's, by its first four bytes. */
  public static boolean begin(byte[] bytes) {
    if (bytes.length < 4) {
      return false;
    }
    int magic =
        (bytes[0] & 0xff) | (bytes[1] & 0xff) << 8 | (bytes[2] & 0xff) << 16 | bytes[3] << 24;
    return magic == FRAME || (magic & SKIPPABLE_MASK) == SKIPPABLE;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    try {
      return super.read(into, offset, length);
    } catch (ZstdIOException broken) {
      throw new IOException("broken zstd data: " + broken.getMessage(), broken);
    }
  }

  private static final class Below extends FilterInputStream {
    private Below(InputStream in) {
      super(in);
    }

    @Override
    public void close() {
      // Whoever opened it closes it.
    }
  }
}
