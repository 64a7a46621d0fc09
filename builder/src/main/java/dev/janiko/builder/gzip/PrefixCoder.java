package dev.janiko.builder.gzip;

import java.util.Arrays;

/**
 * Makes the prefix code that is best for how often symbols occur: short codes for frequent ones
 * (Huffman's algorithm), none longer than a limit. Not for use by several threads.
 */
final class PrefixCoder {
  private static final int LONGEST = 15;

  private final int limit;
  private final int[] order;
  private final int[] weights;
  private final int[] next = new int[LONGEST + 2];

  /** How often each symbol occurs; counted by the encoder, zeros to begin with. */
  final int[] frequencies;

  /** How many bits each symbol's code has; 0 if it does not occur. */
  final byte[] lengths;

  /** Each symbol's code, its first bit lowest. */
  final int[] codes;

  PrefixCoder(int symbols, int limit) {
    this.limit = limit;
    this.order = new int[symbols];
    this.weights = new int[symbols];
    this.frequencies = new int[symbols];
    this.lengths = new byte[symbols];
    this.codes = new int[symbols];
  }

  /**
   * Makes the code for the frequencies, which are below 2^22. It has two symbols at least, as not
   * every program reads codes of one.
   */
  void make() {
    Arrays.fill(lengths, (byte) 0);
    int used = 0;
    for (int symbol = 0; symbol < frequencies.length; symbol++) {
      if (frequencies[symbol] > 0) {
        order[used++] = frequencies[symbol] << 9 | symbol;
      }
    }
    for (int symbol = 0; used < 2; symbol++) {
      if (frequencies[symbol] == 0) {
        order[used++] = 1 << 9 | symbol;
      }
    }
    Arrays.sort(order, 0, used);
    measure(used);
    number();
  }

  /** Gives each used symbol its length, the rarest first in the order. */
  private void measure(int used) {
    for (int i = 0; i < used; i++) {
      weights[i] = order[i] >>> 9;
    }
    depths(weights, used);
    int[] counts = new int[LONGEST + 1];
    for (int i = 0; i < used; i++) {
      counts[Math.min(weights[i], limit)]++;
    }
    keepToLimit(counts);
    int symbol = 0;
    for (int length = limit; length > 0; length--) {
      for (int i = counts[length]; i > 0; i--) {
        lengths[order[symbol++] & 0x1ff] = (byte) length;
      }
    }
  }

  /**
   * Turns weights in rising order into depths in Huffman's tree, in place (Moffat and Katajainen,
   * In-Place Calculation of Minimum-Redundancy Codes, 1995): two at a time become a node, whose
   * weight is kept where a leaf was; then nodes' depths are found from the root down, then leaves'.
   */
  private static void depths(int[] values, int count) {
    int leaf = 0;
    int root = 0;
    for (int node = 0; node < count - 1; node++) {
      int sum = 0;
      for (int child = 0; child < 2; child++) {
        if (leaf >= count || (root < node && values[root] < values[leaf])) {
          sum += values[root];
          values[root++] = node;
        } else {
          sum += values[leaf++];
        }
      }
      values[node] = sum;
    }
    values[count - 2] = 0;
    for (int node = count - 3; node >= 0; node--) {
      values[node] = values[values[node]] + 1;
    }
    int available = 1;
    int depth = 0;
    int node = count - 2;
    int place = count - 1;
    while (available > 0) {
      int inner = 0;
      while (node >= 0 && values[node] == depth) {
        inner++;
        node--;
      }
      for (int i = available - inner; i > 0; i--) {
        values[place--] = depth;
      }
      available = 2 * inner;
      depth++;
    }
  }

  /** Makes a code of lengths that were cut at the limit: shorter ones grow until all fit. */
  private void keepToLimit(int[] counts) {
    int total = 0;
    for (int length = 1; length <= limit; length++) {
      total += counts[length] << (limit - length);
    }
    while (total > 1 << limit) {
      int length = limit - 1;
      while (counts[length] == 0) {
        length--;
      }
      counts[limit]--;
      counts[length]--;
      counts[length + 1] += 2;
      total--;
    }
  }

  /** RFC 1951 section 3.2.2. */
  private void number() {
    int[] counts = new int[LONGEST + 1];
    for (byte length : lengths) {
      counts[length]++;
    }
    counts[0] = 0;
    for (int length = 1; length <= LONGEST; length++) {
      next[length] = (next[length - 1] + counts[length - 1]) << 1;
    }
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      int length = lengths[symbol];
      if (length > 0) {
        codes[symbol] = Integer.reverse(next[length]++) >>> (32 - length);
      }
    }
    Arrays.fill(next, 0);
  }
}
