package dev.janiko.builder.gzip;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * Decompresses one deflate stream (RFC 1951). Bits are taken eight bytes at a time, codes found by
 * one look at a table, and repetitions copied eight bytes at a time, beyond their end, where the
 * next symbol overwrites. It accepts what zlib accepts. Not for use by several threads.
 */
final class DeflateDecoder {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int WINDOW_BYTES = 32 * 1024;
  private static final int LIMIT = WINDOW_BYTES + 256 * 1024;

  /** The longest repetition goes so far over the limit, and the copying of it seven bytes more. */
  private static final int OVERRUN = 258 + 8;

  private static final int LITERAL_BITS = 11;
  private static final int DISTANCE_BITS = 9;
  private static final int LENGTH_BITS = 7;
  private static final int LITERAL_MASK = (1 << LITERAL_BITS) - 1;
  private static final int DISTANCE_MASK = (1 << DISTANCE_BITS) - 1;
  private static final int LITERALS = 286;
  private static final int DISTANCES = 30;
  private static final String BROKEN = "broken gzip data: ";

  private enum Block {
    NONE,
    STORED,
    CODED
  }

  private final Input in;
  private final PrefixCode literals =
      new PrefixCode(PrefixCode.Alphabet.LITERALS, LITERAL_BITS, 288);
  private final PrefixCode distances =
      new PrefixCode(PrefixCode.Alphabet.DISTANCES, DISTANCE_BITS, 32);
  private final PrefixCode lengths = new PrefixCode(PrefixCode.Alphabet.LENGTHS, LENGTH_BITS, 0);
  private final byte[] codeLengths = new byte[LITERALS + DISTANCES + 4];

  /** Bits that were taken from the input; of those above the count some are right as well. */
  private long bits;

  private int count;

  /** The window, then what was decompressed. */
  private final byte[] out = new byte[LIMIT + OVERRUN];

  private int given = WINDOW_BYTES;
  private int end = WINDOW_BYTES;

  /** Where the stream's own bytes begin; before are none that could be repeated. */
  private int floor = WINDOW_BYTES;

  private Block block = Block.NONE;
  private int storedBytes;
  private boolean last;
  private boolean finished;

  DeflateDecoder(Input in) {
    this.in = in;
  }

  /** Forgets all, for a stream that begins at the input's position. */
  void reset() {
    bits = 0;
    count = 0;
    given = WINDOW_BYTES;
    end = WINDOW_BYTES;
    floor = WINDOW_BYTES;
    block = Block.NONE;
    last = false;
    finished = false;
  }

  /**
   * Gives some of the content, -1 at its end; the input's position is behind the stream then.
   *
   * @throws ZipException if the data are no deflate stream, or only its beginning
   */
  int read(byte[] into, int offset, int length) throws IOException {
    while (given == end) {
      if (finished) {
        return -1;
      }
      produce();
    }
    int part = Math.min(length, end - given);
    System.arraycopy(out, given, into, offset, part);
    given += part;
    return part;
  }

  private void produce() throws IOException {
    if (end >= LIMIT) {
      System.arraycopy(out, end - WINDOW_BYTES, out, 0, WINDOW_BYTES);
      given = WINDOW_BYTES;
      end = WINDOW_BYTES;
      floor = 0;
    }
    while (end < LIMIT && !finished) {
      switch (block) {
        case NONE -> begin();
        case STORED -> copyStored();
        case CODED -> decode();
      }
    }
  }

  private void begin() throws IOException {
    if (last) {
      giveBack();
      finished = true;
      return;
    }
    refill();
    last = take(1) == 1;
    switch (take(2)) {
      case 0 -> beginStored();
      case 1 -> fixedCodes();
      case 2 -> readCodes();
      default -> throw new ZipException(BROKEN + "an unknown kind of block");
    }
  }

  private void beginStored() throws IOException {
    giveBack();
    storedBytes = in.nextShort();
    if (in.nextShort() != (storedBytes ^ 0xffff)) {
      throw new ZipException(BROKEN + "the length of stored bytes is damaged");
    }
    block = Block.STORED;
  }

  private void copyStored() throws IOException {
    while (storedBytes > 0 && end < LIMIT) {
      if (!in.hasNext()) {
        throw Input.cutOff();
      }
      int part = Math.min(Math.min(storedBytes, in.limit - in.position), LIMIT - end);
      System.arraycopy(in.bytes, in.position, out, end, part);
      in.position += part;
      end += part;
      storedBytes -= part;
    }
    if (storedBytes == 0) {
      block = Block.NONE;
    }
  }

  private void fixedCodes() throws ZipException {
    byte[] fixed = new byte[288];
    for (int symbol = 0; symbol < fixed.length; symbol++) {
      fixed[symbol] = (byte) (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8);
    }
    literals.set(fixed, 0, fixed.length);
    byte[] five = new byte[32];
    Arrays.fill(five, (byte) 5);
    distances.set(five, 0, five.length);
    block = Block.CODED;
  }

  /** RFC 1951 section 3.2.7. */
  private void readCodes() throws IOException {
    int literalCount = take(5) + 257;
    int distanceCount = take(5) + 1;
    int lengthCount = take(4) + 4;
    if (literalCount > LITERALS || distanceCount > DISTANCES) {
      throw new ZipException(BROKEN + "a block has too many symbols");
    }
    byte[] ofLengths = new byte[PrefixCode.LENGTH_ORDER.length];
    for (int i = 0; i < lengthCount; i++) {
      refill();
      ofLengths[PrefixCode.LENGTH_ORDER[i]] = (byte) take(3);
    }
    lengths.set(ofLengths, 0, ofLengths.length);
    readLengths(literalCount + distanceCount);
    if (codeLengths[PrefixCode.END] == 0) {
      throw new ZipException(BROKEN + "a block has no end");
    }
    literals.set(codeLengths, 0, literalCount);
    distances.set(codeLengths, literalCount, distanceCount);
    block = Block.CODED;
  }

  private void readLengths(int symbols) throws IOException {
    int known = 0;
    while (known < symbols) {
      refill();
      int entry = lengths.table[(int) bits & (1 << LENGTH_BITS) - 1];
      take(entry & 0x3f);
      int symbol = entry >>> 16 & 0xff;
      if (symbol < 16) {
        codeLengths[known++] = (byte) symbol;
        continue;
      }
      if (symbol == 16 && known == 0) {
        throw new ZipException(BROKEN + "nothing to repeat");
      }
      byte repeated = symbol == 16 ? codeLengths[known - 1] : 0;
      int times = symbol == 16 ? 3 + take(2) : symbol == 17 ? 3 + take(3) : 11 + take(7);
      if (known + times > symbols) {
        throw new ZipException(BROKEN + "a block has too many lengths of codes");
      }
      Arrays.fill(codeLengths, known, known + times, repeated);
      known += times;
    }
  }

  /** Has 56 bits at least; zeros after the end of the input. */
  private void refill() throws IOException {
    in.ensure(8);
    if (in.position > in.limit + 8) {
      throw Input.cutOff();
    }
    bits |= (long) LONG.get(in.bytes, in.position) << count;
    in.position += (63 - count) >>> 3;
    count |= 56;
  }

  private int take(int wanted) {
    int taken = (int) (bits & (1L << wanted) - 1);
    bits >>>= wanted;
    count -= wanted;
    return taken;
  }

  /** Drops bits up to the next byte, and gives whole bytes back to the input. */
  private void giveBack() throws ZipException {
    in.position -= count >>> 3;
    bits = 0;
    count = 0;
    if (in.position > in.limit) {
      throw Input.cutOff();
    }
  }

  /** Decodes until the block ends, or there is enough, or more input is needed. */
  private void decode() throws IOException {
    in.ensure(Input.PADDING);
    if (in.ended()) {
      if (in.position - (count >>> 3) > in.limit) {
        throw Input.cutOff();
      }
      // A repetition's bits may all be zeros behind the end, so one more is decoded there at most.
      decode(in.limit + 8);
    } else {
      decode(in.limit - 24);
    }
  }

  /**
   * The loop in which the time goes. All it uses is in local variables.
   *
   * @param mostPosition the input's position up to which another symbol may be decoded: it takes up
   *     to 14 bytes, and 8 are looked at after that
   */
  private void decode(int mostPosition) throws ZipException {
    byte[] input = in.bytes;
    byte[] out = this.out;
    int[] literalTable = literals.table;
    int[] distanceTable = distances.table;
    int position = in.position;
    long bits = this.bits;
    int count = this.count;
    int to = end;
    while (position <= mostPosition && to < LIMIT) {
      bits |= (long) LONG.get(input, position) << count;
      position += (63 - count) >>> 3;
      count |= 56;
      int entry = literalTable[(int) bits & LITERAL_MASK];
      if (entry < 0) {
        // Shifts use the low six bits of the entry only.
        bits >>>= entry;
        count -= entry & 0x3f;
        out[to++] = (byte) (entry >>> 16);
        entry = literalTable[(int) bits & LITERAL_MASK];
        if (entry < 0) {
          bits >>>= entry;
          count -= entry & 0x3f;
          out[to++] = (byte) (entry >>> 16);
          continue;
        }
        bits |= (long) LONG.get(input, position) << count;
        position += (63 - count) >>> 3;
        count |= 56;
      }
      if ((entry & PrefixCode.SPECIAL) != 0) {
        entry = PrefixCode.second(literalTable, entry, bits >>> LITERAL_BITS);
        if (entry < 0 || (entry & PrefixCode.SPECIAL) != 0) {
          bits >>>= entry;
          count -= entry & 0x3f;
          if (entry < 0) {
            out[to++] = (byte) (entry >>> 16);
            continue;
          }
          block = Block.NONE;
          break;
        }
      }
      int length = PrefixCode.value(entry, bits);
      bits >>>= entry;
      count -= entry & 0x3f;
      entry = distanceTable[(int) bits & DISTANCE_MASK];
      if ((entry & PrefixCode.SPECIAL) != 0) {
        entry = PrefixCode.second(distanceTable, entry, bits >>> DISTANCE_BITS);
      }
      repeat(to, PrefixCode.value(entry, bits), length);
      to += length;
      bits >>>= entry;
      count -= entry & 0x3f;
    }
    in.position = position;
    this.bits = bits;
    this.count = count;
    end = to;
  }

  /** Copies within the output; up to seven bytes behind the end become anything. */
  private void repeat(int to, int distance, int length) throws ZipException {
    int source = to - distance;
    if (source < floor) {
      throw new ZipException(BROKEN + "a repetition of what is before the beginning");
    }
    byte[] out = this.out;
    int target = to;
    int end = to + length;
    if (distance >= 8) {
      do {
        LONG.set(out, target, (long) LONG.get(out, source));
        target += 8;
        source += 8;
      } while (target < end);
    } else if (distance == 1) {
      long eight = (out[source] & 0xff) * 0x0101_0101_0101_0101L;
      do {
        LONG.set(out, target, eight);
        target += 8;
      } while (target < end);
    } else {
      do {
        out[target++] = out[source++];
      } while (target < end);
    }
  }
}
