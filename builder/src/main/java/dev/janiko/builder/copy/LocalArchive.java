package dev.janiko.builder.copy;

import dev.janiko.builder.gzip.GzipInput;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.tar.TarException;
import dev.janiko.builder.tar.TarReader;
import dev.janiko.builder.zstd.ZstdInput;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * Tar archives in files, plain or compressed with gzip, bzip2, xz or zstd; what they are is told by
 * their content alone.
 */
public final class LocalArchive {
  private static final int MOST_MAGIC = 6;
  private static final int XZ_MEMORY_KIB = 128 * 1024;
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final byte[] BZIP2 = {'B', 'Z', 'h'};
  private static final byte[] XZ = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};

  private LocalArchive() {}

  /**
   * Whether a file holds a tar archive with at least one entry.
   *
   * @param content at its beginning; some of it is read
   */
  public static boolean isArchive(InputStream content) throws IOException {
    try (InputStream tar = open(content)) {
      return new TarReader(tar).next().isPresent();
    } catch (TarException | UnreadableException e) {
      return false;
    }
  }

  /** The archive, decompressed; the file is at its beginning. */
  public static InputStream open(InputStream content) throws IOException {
    BufferedInputStream in = new BufferedInputStream(content, 1 << 16);
    in.mark(MOST_MAGIC);
    byte[] magic = in.readNBytes(MOST_MAGIC);
    in.reset();
    try {
      if (begins(magic, GZIP)) {
        return new Decompressed(new GzipInput(in));
      }
      if (begins(magic, BZIP2)) {
        return new Decompressed(new BZip2CompressorInputStream(in, true));
      }
      if (begins(magic, XZ)) {
        return new Decompressed(new XZInputStream(in, XZ_MEMORY_KIB));
      }
      if (ZstdInput.begin(magic)) {
        return new Decompressed(new ZstdInput(in));
      }
    } catch (IOException e) {
      throw new UnreadableException(e);
    }
    return in;
  }

  private static boolean begins(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }

  /** What is compressed cannot be decompressed. */
  private static final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1;

    private UnreadableException(IOException cause) {
      super("broken compressed data: " + cause.getMessage(), cause);
    }
  }

  /** Tells failures of the decompression from others. */
  private static final class Decompressed extends InputStream {
    private final InputStream in;

    private Decompressed(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      try {
        return in.read(into, offset, length);
      } catch (IOException e) {
        throw new UnreadableException(e);
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** A file's content from its beginning on. */
  static InputStream content(OpenFile file) {
    return new FileStream(file);
  }

  private static final class FileStream extends InputStream {
    private final OpenFile file;

    private FileStream(OpenFile file) {
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return file.read(into, offset, length);
    }
  }
}
