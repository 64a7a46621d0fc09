package dev.janiko.builder.gzip;

import static java.util.Objects.checkFromIndexSize;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Compresses parts of a deflate stream (RFC 1951), fast: repetitions of four bytes or more are
 * looked for at the two last places where the same four bytes were, and what cannot be compressed
 * is passed over in growing strides. The output depends on the input only. For use by one thread at
 * a time.
 */
public final class DeflateEncoder {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int WINDOW_BYTES = 32 * 1024;
  private static final int SHORTEST = 4;
  private static final int LONGEST = 258;

  /** A repetition that long is not compared with another. */
  private static final int LONG_ENOUGH = 32;

  private static final int HASH_BITS = 14;
  private static final int HASH_FACTOR = 0x9e37_79b1;

  /** So near the end nothing is looked for, as eight bytes at a time are read. */
  private static final int TAIL = 12;

  /** After so many bytes without a repetition two are passed over at once, and so on. */
  private static final int STRIDE_SHIFT = 7;

  /** The last two places of each hash, the later one first. */
  private final int[] places = new int[2 << HASH_BITS];

  private final BlockWriter writer = new BlockWriter();

  /**
   * Compresses a part; what comes out is whole bytes and no end of the stream.
   *
   * @param bytes hold what was before, at most 32 KiB of it, then the part
   * @param start where the part begins
   * @param length how long it is
   * @param window how many bytes before it may be repeated
   * @return the compressed bytes
   */
  public byte[] encode(byte[] bytes, int start, int length, int window) {
    checkFromIndexSize(start - window, window + length, bytes.length);
    Arrays.fill(places, -WINDOW_BYTES - 1);
    writer.begin(bytes, start, length);
    int end = start + length;
    for (int i = start - Math.min(window, WINDOW_BYTES); i < Math.min(start, end - TAIL); i++) {
      insert(bytes, i);
    }
    int position = start;
    while (position < end - TAIL) {
      position = parse(bytes, position, end);
      if (writer.full()) {
        writer.endBlock(position);
      }
    }
    while (position < end) {
      if (writer.full()) {
        writer.endBlock(position);
      }
      writer.literal(bytes[position++]);
    }
    writer.endBlock(end);
    return writer.finish();
  }

  private static int hash(int four) {
    return (four * HASH_FACTOR) >>> (32 - HASH_BITS) << 1;
  }

  private void insert(byte[] bytes, int position) {
    int slot = hash((int) INT.get(bytes, position));
    places[slot + 1] = places[slot];
    places[slot] = position;
  }

  /** Turns bytes into symbols until the block is full or the end near. */
  private int parse(byte[] bytes, int from, int end) {
    int[] places = this.places;
    BlockWriter writer = this.writer;
    int position = from;
    int lastFound = from;
    while (position < end - TAIL && !writer.full()) {
      int four = (int) INT.get(bytes, position);
      int slot = hash(four);
      int first = places[slot];
      int second = places[slot + 1];
      places[slot + 1] = first;
      places[slot] = position;
      int most = Math.min(LONGEST, end - position);
      int length = 0;
      int distance = 0;
      if (position - first <= WINDOW_BYTES && (int) INT.get(bytes, first) == four) {
        length = same(bytes, first, position, most);
        distance = position - first;
      }
      if (length < LONG_ENOUGH
          && position - second <= WINDOW_BYTES
          && (int) INT.get(bytes, second) == four) {
        int other = same(bytes, second, position, most);
        if (other > length) {
          length = other;
          distance = position - second;
        }
      }
      if (length >= SHORTEST) {
        writer.repetition(length, distance);
        int next = position + length;
        int insertable = Math.min(next, end - TAIL);
        while (++position < insertable) {
          insert(bytes, position);
        }
        position = next;
        lastFound = next;
      } else {
        int stride = 1 + ((position - lastFound) >>> STRIDE_SHIFT);
        for (int i = Math.min(stride, end - position); i > 0; i--) {
          writer.literal(bytes[position++]);
        }
      }
    }
    return position;
  }

  /** How many bytes are the same in both places, four of which are. */
  private static int same(byte[] bytes, int place, int position, int most) {
    int length = SHORTEST;
    while (length + Long.BYTES <= most) {
      long difference =
          (long) LONG.get(bytes, place + length) ^ (long) LONG.get(bytes, position + length);
      if (difference != 0) {
        return length + (Long.numberOfTrailingZeros(difference) >>> 3);
      }
      length += Long.BYTES;
    }
    while (length < most && bytes[place + length] == bytes[position + length]) {
      length++;
    }
    return length;
  }
}
