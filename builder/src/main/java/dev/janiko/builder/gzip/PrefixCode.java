package dev.janiko.builder.gzip;

import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * One of the prefix codes of a block as a table: the next bits of the stream lead to an entry that
 * says what they stand for and how many of them they are. Longer codes go on in a second table
 * behind it.
 *
 * <p>Entries are packed into numbers, since nothing else is as fast:
 *
 * <ul>
 *   <li>a symbol of one byte is negative: the byte in bits 16 to 23;
 *   <li>a length or distance: its base in bits 16 to 30, in bits 8 to 11 how many bits the code
 *       has;
 *   <li>what is neither has {@link #SPECIAL}: with {@link #SUBTABLE} the second table's place in
 *       bits 16 to 30 and the number of bits that lead into it in bits 0 to 3, without it the end
 *       of the block, or no code at all if nothing else is set.
 * </ul>
 *
 * In all but a subtable's, bits 0 to 5 say how many bits of the stream the entry takes from the
 * beginning of the code, with those that are added to the base.
 */
final class PrefixCode {
  static final int LITERAL = 1 << 31;
  static final int SPECIAL = 1 << 15;
  static final int SUBTABLE = 1 << 14;

  private static final int LONGEST = 15;
  private static final String BROKEN = "broken gzip data: ";

  /** What the symbols of a code stand for. */
  enum Alphabet {
    /** How long the codes of the other two are. */
    LENGTHS {
      @Override
      int entry(int symbol, int bits) {
        return LITERAL | symbol << 16 | bits;
      }
    },
    /** Bytes, the block's end, and how much is repeated. */
    LITERALS {
      @Override
      int entry(int symbol, int bits) {
        if (symbol < END) {
          return LITERAL | symbol << 16 | bits;
        } else if (symbol == END) {
          return SPECIAL | bits;
        }
        int length = symbol - END - 1;
        return length < LENGTH_BASE.length
            ? repeat(LENGTH_BASE[length], bits, LENGTH_EXTRA[length])
            : SPECIAL;
      }
    },
    /** From how far back it is repeated. */
    DISTANCES {
      @Override
      int entry(int symbol, int bits) {
        if (symbol >= DISTANCES_DEFINED) {
          return SPECIAL;
        }
        int extra = Math.max(0, symbol / 2 - 1);
        int base = symbol < 2 ? symbol + 1 : 1 + ((2 + symbol % 2) << extra);
        return repeat(base, bits, extra);
      }
    };

    abstract int entry(int symbol, int bits);

    private static int repeat(int base, int bits, int extra) {
      return base << 16 | bits << 8 | (bits + extra);
    }
  }

  /** The symbol that ends a block. */
  static final int END = 256;

  /** The order in which a block tells how long the codes of lengths are. */
  static final int[] LENGTH_ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };

  private static final int DISTANCES_DEFINED = 30;
  private static final int[] LENGTH_BASE = {
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258
  };
  private static final int[] LENGTH_EXTRA = {
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0
  };

  private final Alphabet alphabet;
  private final int bits;
  private final int subtableBits;

  /** The entries, read by the decoder. */
  final int[] table;

  private final int[] next = new int[LONGEST + 1];

  /**
   * Makes room for codes.
   *
   * @param bits how many bits lead into the first table
   * @param symbols most symbols a code has: two at least share each second table
   */
  PrefixCode(Alphabet alphabet, int bits, int symbols) {
    this.alphabet = alphabet;
    this.bits = bits;
    this.subtableBits = LONGEST - bits;
    this.table = new int[(1 << bits) + symbols / 2 * (1 << subtableBits)];
  }

  /**
   * Takes another code in.
   *
   * @param lengths how many bits the symbols have, from the offset on; 0 for none
   * @throws ZipException if they make no code
   */
  void set(byte[] lengths, int offset, int symbols) throws ZipException {
    number(lengths, offset, symbols);
    Arrays.fill(table, 0, 1 << bits, SPECIAL);
    int free = 1 << bits;
    for (int symbol = 0; symbol < symbols; symbol++) {
      int length = lengths[offset + symbol];
      if (length == 0) {
        continue;
      }
      int code = Integer.reverse(next[length]++) >>> (32 - length);
      if (length <= bits) {
        spread(alphabet.entry(symbol, length), code, 1 << length, 1 << bits);
        continue;
      }
      int first = code & ((1 << bits) - 1);
      if (table[first] == SPECIAL) {
        table[first] = free << 16 | SPECIAL | SUBTABLE | subtableBits;
        Arrays.fill(table, free, free + (1 << subtableBits), SPECIAL);
        free += 1 << subtableBits;
      }
      int second = table[first] >>> 16;
      int step = 1 << (length - bits);
      int from = second + (code >>> bits);
      spread(alphabet.entry(symbol, length), from, step, second + (1 << subtableBits));
    }
  }

  /**
   * The entry of a longer code.
   *
   * @param entry what was found in the first table
   * @param rest the bits that follow those which led there
   * @throws ZipException if the bits are no code
   */
  static int second(int[] table, int entry, long rest) throws ZipException {
    int found = entry;
    if ((entry & SUBTABLE) != 0) {
      found = table[(entry >>> 16) + ((int) rest & ((1 << (entry & 0xf)) - 1))];
    }
    if (found == SPECIAL) {
      throw new ZipException(BROKEN + "a code that stands for nothing");
    }
    return found;
  }

  /** A length or distance: its entry's base and the bits of the stream that are added to it. */
  static int value(int entry, long bits) {
    return (entry >>> 16) + (int) ((bits & ((1L << entry) - 1)) >>> (entry >>> 8 & 0xf));
  }

  /** All bits that begin with the code lead to the entry. */
  private void spread(int entry, int from, int step, int end) {
    for (int i = from; i < end; i += step) {
      table[i] = entry;
    }
  }

  /** Gives each length its first code, RFC 1951 section 3.2.2, and refuses what is no code. */
  private void number(byte[] lengths, int offset, int symbols) throws ZipException {
    int[] counts = new int[LONGEST + 1];
    int used = 0;
    for (int symbol = 0; symbol < symbols; symbol++) {
      int length = lengths[offset + symbol];
      counts[length]++;
      used += length == 0 ? 0 : 1;
    }
    counts[0] = 0;
    int code = 0;
    int unused = 1;
    for (int length = 1; length <= LONGEST; length++) {
      code = (code + counts[length - 1]) << 1;
      next[length] = code;
      unused = (unused << 1) - counts[length];
      if (unused < 0) {
        throw new ZipException(BROKEN + "a code has too many symbols");
      }
    }
    // One distance alone, or none, is allowed to leave a code unfinished.
    boolean alone = alphabet != Alphabet.LENGTHS && (used == 0 || (used == 1 && counts[1] == 1));
    if (unused > 0 && !alone) {
      throw new ZipException(BROKEN + "a code lacks symbols");
    }
  }
}
