package dev.janiko.builder.base;

import dev.janiko.registry.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Blobs that were downloaded and are needed again, as files in a folder of the build. Only blobs
 * that came whole are here. Safe for use by several threads.
 */
final class KeptBlobs {
  private final Path folder;
  private final Map<Digest, Path> files = new ConcurrentHashMap<>();

  /** Keeps files in a folder, which must be there when the first one is kept. */
  KeptBlobs(Path folder) {
    this.folder = folder;
  }

  /** The file of a blob, if it was kept. */
  Optional<Path> find(Digest digest) {
    return Optional.ofNullable(files.get(digest));
  }

  /** A file for bytes on their way. */
  Path newFile() throws IOException {
    return Files.createTempFile(folder, "blob-", "");
  }

  /** Takes over a file that holds a whole, verified blob; if the blob is here already, drops it. */
  void take(Digest digest, Path file) throws IOException {
    if (files.putIfAbsent(digest, file) != null) {
      Files.delete(file);
    }
  }

  /**
   * A stream that keeps what is read through it, if it is read to its end.
   *
   * @param blob gives its end only if all bytes of the digest came
   */
  InputStream keeping(Digest digest, InputStream blob) throws IOException {
    try {
      Path file = newFile();
      return new Tee(digest, blob, file, Files.newOutputStream(file));
    } catch (IOException e) {
      blob.close();
      throw e;
    }
  }

  /** Writes what is read to a file. */
  private final class Tee extends FilterInputStream {
    private final Digest digest;
    private final Path file;
    private final OutputStream out;
    private boolean whole;

    private Tee(Digest digest, InputStream blob, Path file, OutputStream out) {
      super(blob);
      this.digest = digest;
      this.file = file;
      this.out = out;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, into.length);
      int read = super.read(into, offset, length);
      if (read > 0) {
        out.write(into, offset, read);
      } else if (read < 0 && !whole) {
        out.close();
        take(digest, file);
        whole = true;
      }
      return read;
    }

    @Override
    public long skip(long count) throws IOException {
      byte[] skipped = new byte[Math.clamp(count, 0, 1 << 16)];
      return Math.max(0, read(skipped, 0, skipped.length));
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    @Override
    public void close() throws IOException {
      super.close();
      out.close();
      if (!whole) {
        Files.deleteIfExists(file);
      }
    }
  }
}
