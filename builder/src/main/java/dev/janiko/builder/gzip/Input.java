package dev.janiko.builder.gzip;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * A stream's bytes in a buffer that one can look ahead in. After the last one there are zeros, so
 * that looking ahead needs no check at the end. Not for use by several threads.
 */
final class Input {
  /** As many bytes may be looked at beyond {@link #limit}. */
  static final int PADDING = 64;

  private static final int BUFFER_BYTES = 64 * 1024;

  private final InputStream in;

  /** What was read, and zeros after it once the stream has ended. */
  final byte[] bytes = new byte[BUFFER_BYTES + PADDING];

  /** The next byte. */
  int position;

  /** Where what was read ends. */
  int limit;

  private boolean ended;

  Input(InputStream in) {
    this.in = in;
  }

  /** Whether all of the stream is in the buffer. */
  boolean ended() {
    return ended;
  }

  /**
   * Has as many bytes from the position on, a thousand at most, unless the stream has fewer. The
   * eight bytes before the position stay, for who took too many.
   */
  void ensure(int wanted) throws IOException {
    if (limit - position >= wanted || ended) {
      return;
    }
    int kept = Math.min(position, 8);
    int left = limit - position + kept;
    System.arraycopy(bytes, position - kept, bytes, 0, left);
    position = kept;
    limit = left;
    while (limit - position < wanted) {
      int count = in.read(bytes, limit, BUFFER_BYTES - limit);
      if (count < 0) {
        ended = true;
        Arrays.fill(bytes, limit, limit + PADDING, (byte) 0);
        return;
      }
      limit += count;
    }
  }

  /** Whether there is another byte. */
  boolean hasNext() throws IOException {
    ensure(1);
    return position < limit;
  }

  /** The next byte, 0 to 255. */
  int next() throws IOException {
    if (!hasNext()) {
      throw cutOff();
    }
    return bytes[position++] & 0xff;
  }

  /** The next two bytes, the low one first. */
  int nextShort() throws IOException {
    int low = next();
    return low | next() << 8;
  }

  /** The next four bytes, the lowest first. */
  long nextInt() throws IOException {
    int low = nextShort();
    return low | (long) nextShort() << 16;
  }

  static ZipException cutOff() {
    return new ZipException("the gzip data is cut off");
  }
}
