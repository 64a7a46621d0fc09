package dev.janiko.builder.gzip;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes the blocks of a deflate stream: symbols are collected, then written with the codes that
 * are best for them, or what they stand for is stored if that is shorter. Not for use by several
 * threads.
 */
final class BlockWriter {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MOST_SYMBOLS = 32_000;

  /** As many symbols may be added after the block was found to be full. */
  private static final int OVERRUN = 4096;

  private static final int STORED = 0;
  private static final int DYNAMIC = 2;
  private static final int MOST_STORED = 0xffff;
  private static final int REPETITION = 1 << 31;
  private static final int SHORTEST = 3;

  /** By length: the symbol without 257, and in the upper half how many bits are added to it. */
  private static final int[] LENGTH_SYMBOLS = lengthSymbols();

  private final PrefixCoder literals = new PrefixCoder(286, 15);
  private final PrefixCoder distances = new PrefixCoder(30, 15);
  private final PrefixCoder lengths = new PrefixCoder(19, 7);

  /** Bytes, or {@link #REPETITION}, the length less 3 in bits 16 to 23, the distance less 1. */
  private final int[] symbols = new int[MOST_SYMBOLS + OVERRUN];

  private int count;

  /** What the lengths of codes are written as: the symbol, and above it what is added. */
  private final int[] lengthSymbols = new int[286 + 30];

  private byte[] source = new byte[0];
  private int blockStart;
  private byte[] out = new byte[0];
  private int position;
  private long bits;
  private int bitCount;

  private static int[] lengthSymbols() {
    int[] symbols = new int[259];
    for (int length = SHORTEST; length < symbols.length; length++) {
      int rest = length - SHORTEST;
      int added = Math.max(0, 29 - Integer.numberOfLeadingZeros(rest));
      int symbol = rest < 8 ? rest : 4 * added + (rest >>> added);
      symbols[length] = length == 258 ? 28 : symbol | added << 16;
    }
    return symbols;
  }

  /** Begins with whole bytes. */
  void begin(byte[] source, int start, int length) {
    this.source = source;
    this.blockStart = start;
    int most = length + length / 256 + 4096;
    if (out.length < most) {
      out = new byte[most];
    }
    position = 0;
    bits = 0;
    bitCount = 0;
  }

  boolean full() {
    return count >= MOST_SYMBOLS;
  }

  void literal(byte literal) {
    literals.frequencies[literal & 0xff]++;
    symbols[count++] = literal & 0xff;
  }

  void repetition(int length, int distance) {
    literals.frequencies[257 + (LENGTH_SYMBOLS[length] & 0xff)]++;
    distances.frequencies[distanceSymbol(distance - 1)]++;
    symbols[count++] = REPETITION | (length - SHORTEST) << 16 | (distance - 1);
  }

  /** The symbol of a distance less 1. */
  private static int distanceSymbol(int rest) {
    if (rest < 4) {
      return rest;
    }
    int high = 31 - Integer.numberOfLeadingZeros(rest);
    return 2 * high + (rest >>> (high - 1) & 1);
  }

  /** Writes the symbols as a block; they stand for what is before the end in the source. */
  void endBlock(int end) {
    if (end == blockStart) {
      return;
    }
    literals.frequencies[PrefixCode.END] = 1;
    literals.make();
    distances.make();
    if (coded() < stored(end)) {
      writeCodes();
      writeSymbols();
    } else {
      writeStored(end);
    }
    count = 0;
    Arrays.fill(literals.frequencies, 0);
    Arrays.fill(distances.frequencies, 0);
    blockStart = end;
  }

  /** Bits of the block if it is stored. */
  private long stored(int end) {
    int bytes = end - blockStart;
    return 8L * (bytes + 5L * (bytes / MOST_STORED + 1));
  }

  /** Bits of the symbols, about: those of the codes' lengths are not known yet. */
  private long coded() {
    long total = 0;
    for (int symbol = 0; symbol < literals.lengths.length; symbol++) {
      int added = symbol < 265 || symbol == 285 ? 0 : (symbol - 261) / 4;
      total += (long) literals.frequencies[symbol] * (literals.lengths[symbol] + added);
    }
    for (int symbol = 0; symbol < distances.lengths.length; symbol++) {
      int added = Math.max(0, symbol / 2 - 1);
      total += (long) distances.frequencies[symbol] * (distances.lengths[symbol] + added);
    }
    return total + 600;
  }

  private void writeStored(int end) {
    int from = blockStart;
    while (from < end) {
      int length = Math.min(end - from, MOST_STORED);
      put(STORED << 1, 3);
      align();
      put(length | (length ^ 0xffff) << 16, 32);
      System.arraycopy(source, from, out, position, length);
      position += length;
      from += length;
    }
  }

  /** RFC 1951 section 3.2.7. */
  private void writeCodes() {
    int literalCount = used(literals.lengths, 257);
    int distanceCount = used(distances.lengths, 1);
    byte[] all = Arrays.copyOf(literals.lengths, literalCount + distanceCount);
    System.arraycopy(distances.lengths, 0, all, literalCount, distanceCount);
    int written = shorten(all);
    lengths.make();
    int lengthCount = PrefixCode.LENGTH_ORDER.length;
    while (lengthCount > 4 && lengths.lengths[PrefixCode.LENGTH_ORDER[lengthCount - 1]] == 0) {
      lengthCount--;
    }
    put(DYNAMIC << 1, 3);
    put(literalCount - 257, 5);
    put(distanceCount - 1, 5);
    put(lengthCount - 4, 4);
    for (int i = 0; i < lengthCount; i++) {
      put(lengths.lengths[PrefixCode.LENGTH_ORDER[i]], 3);
    }
    for (int i = 0; i < written; i++) {
      int symbol = lengthSymbols[i] & 0xff;
      put(lengths.codes[symbol], lengths.lengths[symbol]);
      if (symbol >= 16) {
        put(lengthSymbols[i] >>> 8, symbol == 16 ? 2 : symbol == 17 ? 3 : 7);
      }
    }
    Arrays.fill(lengths.frequencies, 0);
  }

  private static int used(byte[] lengths, int least) {
    int used = lengths.length;
    while (used > least && lengths[used - 1] == 0) {
      used--;
    }
    return used;
  }

  /** Fills {@link #lengthSymbols}, equal lengths in a row taken together; how many there are. */
  private int shorten(byte[] all) {
    int written = 0;
    int i = 0;
    while (i < all.length) {
      int run = 1;
      while (i + run < all.length && all[i + run] == all[i]) {
        run++;
      }
      int length = all[i];
      i += run;
      if (length != 0) {
        written = noteLength(written, length, 0);
        run--;
      }
      while (run >= 3) {
        int part = Math.min(run, length != 0 ? 6 : 138);
        int symbol = length != 0 ? 16 : part <= 10 ? 17 : 18;
        written = noteLength(written, symbol, part - (symbol == 18 ? 11 : 3));
        run -= part;
      }
      for (; run > 0; run--) {
        written = noteLength(written, length, 0);
      }
    }
    return written;
  }

  private int noteLength(int index, int symbol, int added) {
    lengths.frequencies[symbol]++;
    lengthSymbols[index] = symbol | added << 8;
    return index + 1;
  }

  private void writeSymbols() {
    byte[] out = this.out;
    int[] codes = literals.codes;
    byte[] codeLengths = literals.lengths;
    long bits = this.bits;
    int bitCount = this.bitCount;
    int position = this.position;
    for (int i = 0; i < count; i++) {
      int symbol = symbols[i];
      if (symbol >= 0) {
        bits |= (long) codes[symbol] << bitCount;
        bitCount += codeLengths[symbol];
      } else {
        int rest = symbol >>> 16 & 0xff;
        int lengthSymbol = LENGTH_SYMBOLS[rest + SHORTEST];
        int code = 257 + (lengthSymbol & 0xff);
        int added = lengthSymbol >>> 16;
        bits |= (long) codes[code] << bitCount;
        bitCount += codeLengths[code];
        bits |= (long) (rest & ((1 << added) - 1)) << bitCount;
        bitCount += added;
        int far = symbol & 0x7fff;
        int distance = distanceSymbol(far);
        bits |= (long) distances.codes[distance] << bitCount;
        bitCount += distances.lengths[distance];
        added = distance < 4 ? 0 : (distance >>> 1) - 1;
        bits |= (long) (far & ((1 << added) - 1)) << bitCount;
        bitCount += added;
      }
      LONG.set(out, position, bits);
      position += bitCount >>> 3;
      bits >>>= bitCount & ~7;
      bitCount &= 7;
    }
    this.bits = bits;
    this.bitCount = bitCount;
    this.position = position;
    put(codes[PrefixCode.END], codeLengths[PrefixCode.END]);
  }

  /** Writes up to 32 bits. */
  private void put(int value, int length) {
    bits |= (value & 0xffff_ffffL) << bitCount;
    bitCount += length;
    flush();
  }

  private void flush() {
    LONG.set(out, position, bits);
    position += bitCount >>> 3;
    bits >>>= bitCount & ~7;
    bitCount &= 7;
  }

  private void align() {
    bitCount = (bitCount + 7) & ~7;
    flush();
  }

  /** Ends with an empty stored block, so that whole bytes come out. */
  byte[] finish() {
    put(STORED << 1, 3);
    align();
    put(0xffff_0000, 32);
    return Arrays.copyOf(out, position);
  }
}
