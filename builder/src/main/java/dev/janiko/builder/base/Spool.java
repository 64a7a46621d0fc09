package dev.janiko.builder.base;

import dev.janiko.registry.image.BlobCopy;
import dev.janiko.registry.image.BlobSource;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A blob that is downloaded into a file ahead of its use, and can be read while it comes in. One
 * thread fills it, others read and close it.
 *
 * <p>A reader gets the end of the blob only if size and digest of all of it are right. The file is
 * never larger than the blob's descriptor says.
 */
final class Spool implements AutoCloseable {
  private final Path file;
  private long written;
  private boolean whole;
  private boolean closed;
  private boolean released;
  private @Nullable IOException failure;

  /** A spool that nothing was written to; the file is there and empty. */
  Spool(Path file) {
    this.file = file;
  }

  /** Downloads all of a blob; a failure is told to the readers. */
  void fill(BlobSource blob) {
    try (OutputStream out = new Followed(Files.newOutputStream(file, StandardOpenOption.WRITE))) {
      BlobCopy.copy(blob, out);
      finished();
    } catch (IOException e) {
      failed(e);
    } catch (RuntimeException | Error e) {
      failed(new IOException("the download failed: " + e, e));
      throw e;
    }
  }

  private synchronized void finished() {
    whole = true;
    notifyAll();
  }

  private synchronized void failed(IOException e) {
    failure = e;
    notifyAll();
  }

  private synchronized void advanced(int count) throws IOException {
    if (closed) {
      throw new IOException("the download is not needed any more");
    }
    written += count;
    notifyAll();
  }

  /** Waits until there are bytes after a position; 0 means that the blob ends there. */
  private synchronized long available(long position) throws IOException {
    try {
      while (written == position && !whole && failure == null) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a download");
    }
    if (written == position && failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
    return written - position;
  }

  /** The blob from its first byte; waits for bytes that are still to come. */
  InputStream open() throws IOException {
    return new Reader(FileChannel.open(file, StandardOpenOption.READ));
  }

  /**
   * Leaves the file with the whole blob to the caller.
   *
   * @throws IOException if not all of it is there
   */
  synchronized Path release() throws IOException {
    if (!whole) {
      throw new IOException("the download of " + file + " is not complete");
    }
    released = true;
    return file;
  }

  /** Gives the download up if it still goes on, and removes the file unless it was released. */
  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (!released) {
      Files.deleteIfExists(file);
    }
  }

  /** Tells readers what was written. */
  private final class Followed extends FilterOutputStream {
    private Followed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      advanced(length);
    }

    @Override
    public void write(int single) throws IOException {
      out.write(single);
      advanced(1);
    }
  }

  /** Reads behind the writer. */
  private final class Reader extends InputStream {
    private final FileChannel channel;
    private long position;

    private Reader(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, into.length);
      if (length == 0) {
        return 0;
      }
      long there = Spool.this.available(position);
      if (there == 0) {
        return -1;
      }
      int read = channel.read(ByteBuffer.wrap(into, offset, (int) Math.min(length, there)));
      if (read < 0) {
        throw new IOException("the downloaded file " + file + " was cut while it was read");
      }
      position += read;
      return read;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
