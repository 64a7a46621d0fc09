package dev.janiko.builder.layer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Compresses on many threads. The input is cut into blocks of a fixed size, so that the output
 * depends on the input and the codec only, never on the number of threads.
 */
final class ParallelCompressor extends OutputStream {
  /** With the heap of the product this is what large blocks and many processors may take. */
  private static final int MOST_PENDING_BYTES = 24 << 20;

  private final OutputStream out;
  private final ExecutorService workers;
  private final BlockCodec codec;
  private final int maxPending;
  private final Deque<Future<BlockCodec.Block>> pending = new ArrayDeque<>();

  /** The window of the block before, then the block. */
  private byte[] buffer;

  private int window;
  private int length;
  private boolean finished;

  /**
   * Begins with the header.
   *
   * @param threads how many blocks the workers compress at once, for the bound of memory
   */
  ParallelCompressor(OutputStream out, ExecutorService workers, BlockCodec codec, int threads)
      throws IOException {
    this.out = out;
    this.workers = workers;
    this.codec = codec;
    this.maxPending = Math.clamp(MOST_PENDING_BYTES / codec.blockBytes(), 1, 2 * threads + 1);
    this.buffer = newBuffer();
    out.write(codec.header());
  }

  private byte[] newBuffer() {
    return new byte[codec.windowBytes() + codec.blockBytes()];
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int count) throws IOException {
    codec.seen(from, offset, count);
    int done = 0;
    while (done < count) {
      if (length == codec.blockBytes()) {
        submit();
      }
      int part = Math.min(count - done, codec.blockBytes() - length);
      System.arraycopy(from, offset + done, buffer, codec.windowBytes() + length, part);
      length += part;
      done += part;
    }
  }

  private void submit() throws IOException {
    byte[] block = buffer;
    int start = codec.windowBytes();
    BlockCodec.Part part = new BlockCodec.Part(start, window, length);
    pending.addLast(workers.submit(() -> codec.compress(block, part)));
    buffer = newBuffer();
    window = Math.min(codec.windowBytes(), length);
    System.arraycopy(block, start + length - window, buffer, start - window, window);
    length = 0;
    while (pending.size() > maxPending || (!pending.isEmpty() && pending.getFirst().isDone())) {
      emit();
    }
  }

  private void emit() throws IOException {
    try {
      BlockCodec.Block block = pending.removeFirst().get();
      out.write(block.bytes(), 0, block.length());
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
    out.write(codec.trailer());
  }

  /** Drops blocks that nobody will write. */
  @Override
  public void close() {
    pending.forEach(block -> block.cancel(false));
    pending.clear();
  }
}
