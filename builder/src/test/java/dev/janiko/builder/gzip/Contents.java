package dev.janiko.builder.gzip;

import java.util.Random;

/** What the tests compress. */
final class Contents {
  private Contents() {}

  /** Content of every temper: noise, text, runs, far and near repetitions, few symbols. */
  static byte[] of(Random random, int length) {
    byte[] content = new byte[length];
    int filled = 0;
    while (filled < length) {
      int part = Math.min(length - filled, 1 + random.nextInt(70_000));
      int kind = random.nextInt(6);
      for (int i = filled; i < filled + part; i++) {
        content[i] =
            switch (kind) {
              case 0 -> (byte) random.nextInt(256);
              case 1 -> (byte) ("the quick brown fox ".charAt(i % 20) + random.nextInt(2));
              case 2 -> 0;
              case 3 -> (byte) (Integer.numberOfTrailingZeros(random.nextInt()) * 7);
              case 4 -> i >= 5 ? content[i - 1 - random.nextInt(5)] : (byte) 'x';
              default -> i >= 32_768 ? content[i - 32_768] : (byte) i;
            };
      }
      filled += part;
    }
    return content;
  }
}
