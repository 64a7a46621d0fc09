package dev.janiko.builder.layer;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.gzip.GzipInput;
import dev.janiko.builder.zstd.ZstdInput;
import dev.janiko.registry.Digest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * A layer's archive, out of its blob: plain, gzip or zstd, told by its first bytes.
 *
 * <p>A thread of its own reads the blob and decompresses ahead into a few buffers, while the caller
 * unpacks what is there and that is hashed. So a download, decompression and writing go on at once,
 * and memory does not depend on the layer's size. When all is read, {@link #finish} tells the diff
 * id; nothing may be trusted before it was compared. The blob's own digest is the business of
 * whoever reads it from a registry. Used by one thread.
 */
public final class LayerStream extends InputStream {
  private static final int CHUNK_BYTES = 256 * 1024;
  private static final int CHUNKS = 16;

  private final InputStream blob;
  private final long maxBytes;
  private final BlockingQueue<Chunk> filled = new ArrayBlockingQueue<>(CHUNKS);
  private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(CHUNKS + 2);
  private final MessageDigest diffHasher = Digest.sha256Hasher();
  private final Thread thread;
  private Chunk current = new Chunk(new byte[0], 0, Chunk.State.DATA);
  private int position;
  private long total;

  /**
   * Begins to read.
   *
   * @param blob the blob as stored or downloaded; closed with this stream
   * @param maxBytes most bytes of the archive, against bombs
   */
  public static LayerStream open(InputStream blob, long maxBytes) {
    LayerStream stream = new LayerStream(requireNonNull(blob, "blob is null"), maxBytes);
    stream.thread.start();
    return stream;
  }

  private LayerStream(InputStream blob, long maxBytes) {
    this.blob = blob;
    this.maxBytes = maxBytes;
    this.thread = Thread.ofPlatform().daemon().name("layer-inflate").unstarted(this::fill);
  }

  /** A buffer on its way, or what ended the way. */
  private static final class Chunk {
    private final byte[] bytes;
    private final int length;
    private final State state;

    private Chunk(byte[] bytes, int length, State state) {
      this.bytes = bytes;
      this.length = length;
      this.state = state;
    }

    private enum State {
      DATA,
      END,
      FAILED
    }
  }

  /** The failure that the thread met; written before the chunk that tells of it is handed over. */
  private volatile IOException failure = new IOException("none");

  private void fill() {
    try {
      BufferedInputStream in = new BufferedInputStream(blob, 64 * 1024);
      in.mark(4);
      byte[] magic = in.readNBytes(4);
      in.reset();
      if (ZstdInput.begin(magic)) {
        try (ZstdInput zstd = new ZstdInput(in)) {
          pump(chunk -> zstd.readNBytes(chunk, 0, chunk.length));
        }
      } else if (magic.length >= 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b) {
        GzipInput gzip = new GzipInput(in);
        pump(chunk -> gzip.readNBytes(chunk, 0, chunk.length));
      } else {
        pump(chunk -> in.readNBytes(chunk, 0, chunk.length));
      }
      in.transferTo(OutputStream.nullOutputStream());
      filled.put(new Chunk(new byte[0], 0, Chunk.State.END));
    } catch (IOException e) {
      fail(e);
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      fail(new IOException("reading a layer failed", e));
    }
  }

  private void fail(IOException e) {
    failure = e;
    try {
      filled.put(new Chunk(new byte[0], 0, Chunk.State.FAILED));
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Source {
    int read(byte[] chunk) throws IOException;
  }

  private void pump(Source source) throws IOException, InterruptedException {
    while (true) {
      byte[] chunk = free.poll();
      if (chunk == null) {
        chunk = new byte[CHUNK_BYTES];
      }
      int length = source.read(chunk);
      if (length <= 0) {
        return;
      }
      filled.put(new Chunk(chunk, length, Chunk.State.DATA));
    }
  }

  /** Makes a next byte available; false at the end. */
  private boolean advance() throws IOException {
    while (position == current.length) {
      if (current.state == Chunk.State.END) {
        return false;
      }
      if (current.bytes.length == CHUNK_BYTES) {
        free.offer(current.bytes);
      }
      try {
        current = filled.take();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while reading a layer");
      }
      position = 0;
      if (current.state == Chunk.State.FAILED) {
        throw new IOException(failure.getMessage(), failure);
      }
      diffHasher.update(current.bytes, 0, current.length);
      total += current.length;
      if (total > maxBytes) {
        throw new IOException("the layer is over the limit of " + maxBytes + " bytes unpacked");
      }
    }
    return true;
  }

  @Override
  public int read() throws IOException {
    return advance() ? current.bytes[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int done = 0;
    while (done < length && advance()) {
      int count = Math.min(length - done, current.length - position);
      System.arraycopy(current.bytes, position, into, offset + done, count);
      position += count;
      done += count;
    }
    return done == 0 && length > 0 ? -1 : done;
  }

  @Override
  public long skip(long count) throws IOException {
    long done = 0;
    while (done < count && advance()) {
      int part = (int) Math.min(count - done, current.length - position);
      position += part;
      done += part;
    }
    return done;
  }

  /**
   * Reads what is left and tells what the layer was.
   *
   * @throws IOException if the blob is damaged or could not be read
   */
  public LayerContent finish() throws IOException {
    while (advance()) {
      position = current.length;
    }
    return new LayerContent(Digest.ofSha256(diffHasher), total);
  }

  /** Stops reading, whether at the end or not, and closes the blob. */
  @Override
  public void close() throws IOException {
    thread.interrupt();
    blob.close();
  }
}
