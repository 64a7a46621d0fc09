package dev.janiko.builder.layer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Compresses into a single gzip member on many threads.
 *
 * <p>The input is cut into blocks of a fixed size. Each is compressed on its own, with the 32 KiB
 * before it as dictionary, and ends at a byte boundary, so the results in a row are one deflate
 * stream. The output depends on the input and the level only, never on the number of threads. The
 * header carries no time and no system, as Go's does.
 */
final class ParallelGzip extends OutputStream {
  static final int BLOCK_BYTES = 256 * 1024;
  private static final int WINDOW_BYTES = 32 * 1024;
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  /** An empty final block with fixed codes: the end of a deflate stream. */
  private static final byte[] LAST_BLOCK = {3, 0};

  private final OutputStream out;
  private final ExecutorService workers;
  private final int level;
  private final int maxPending;
  private final Deque<Future<Block>> pending = new ArrayDeque<>();
  private final CRC32 crc = new CRC32();
  private long size;

  /** The window of the block before, then the block. */
  private byte[] buffer = new byte[WINDOW_BYTES + BLOCK_BYTES];

  private int window;
  private int length;
  private boolean finished;

  /**
   * Begins with the header.
   *
   * @param threads how many blocks the workers compress at once, for the bound of memory
   */
  ParallelGzip(OutputStream out, ExecutorService workers, int level, int threads)
      throws IOException {
    this.out = out;
    this.workers = workers;
    this.level = level;
    this.maxPending = 2 * threads + 1;
    out.write(HEADER);
  }

  /** The compressed bytes of a block. */
  private static final class Block {
    private final byte[] bytes;
    private final int length;

    private Block(byte[] bytes, int length) {
      this.bytes = bytes;
      this.length = length;
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int count) throws IOException {
    crc.update(from, offset, count);
    size += count;
    int done = 0;
    while (done < count) {
      if (length == BLOCK_BYTES) {
        submit();
      }
      int part = Math.min(count - done, BLOCK_BYTES - length);
      System.arraycopy(from, offset + done, buffer, WINDOW_BYTES + length, part);
      length += part;
      done += part;
    }
  }

  private void submit() throws IOException {
    byte[] block = buffer;
    int blockWindow = window;
    int blockLength = length;
    pending.addLast(workers.submit(() -> compress(block, blockWindow, blockLength)));
    buffer = new byte[WINDOW_BYTES + BLOCK_BYTES];
    window = Math.min(WINDOW_BYTES, blockLength);
    System.arraycopy(
        block, WINDOW_BYTES + blockLength - window, buffer, WINDOW_BYTES - window, window);
    length = 0;
    while (pending.size() > maxPending || (!pending.isEmpty() && pending.getFirst().isDone())) {
      emit();
    }
  }

  private Block compress(byte[] block, int blockWindow, int blockLength) {
    Deflater deflater = new Deflater(level, true);
    try {
      if (blockWindow > 0) {
        deflater.setDictionary(block, WINDOW_BYTES - blockWindow, blockWindow);
      }
      deflater.setInput(block, WINDOW_BYTES, blockLength);
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

  private void emit() throws IOException {
    try {
      Block block = pending.removeFirst().get();
      out.write(block.bytes, 0, block.length);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while compressing a layer");
    } catch (ExecutionException failed) {
      throw new IOException("compressing a layer failed", failed.getCause());
    }
  }

  /** Compresses what is left and writes the trailer; the stream below stays open. */
  void finish() throws IOException {
    if (finished) {
      return;
    }
    finished = true;
    if (length > 0) {
      submit();
    }
    while (!pending.isEmpty()) {
      emit();
    }
    out.write(LAST_BLOCK);
    ByteBuffer trailer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    trailer.putInt((int) crc.getValue()).putInt((int) size);
    out.write(trailer.array());
  }

  /** Drops blocks that nobody will write. */
  @Override
  public void close() {
    pending.forEach(block -> block.cancel(false));
    pending.clear();
  }
}
