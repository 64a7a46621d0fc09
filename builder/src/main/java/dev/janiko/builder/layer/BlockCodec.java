package dev.janiko.builder.layer;

/**
 * A compressed format whose data can be made of blocks that are compressed apart. {@link #compress}
 * is for any thread; the rest is for the one that puts the blocks together.
 */
sealed interface BlockCodec permits GzipBlocks, ZstdBlocks {
  /** How many bytes of input make a block; part of the format of the output. */
  int blockBytes();

  /** How many bytes before a block may serve as its dictionary. */
  int windowBytes();

  /** What comes before the first block. */
  byte[] header();

  /** Takes notice of input, in its order, before it is compressed. */
  void seen(byte[] bytes, int offset, int count);

  /**
   * Compresses a block.
   *
   * @param buffer holds the dictionary, then the block
   * @param part where they are
   */
  Block compress(byte[] buffer, Part part);

  /** What comes after the last block. */
  byte[] trailer();

  /**
   * A part of a buffer.
   *
   * @param start where the block begins
   * @param window how many bytes before that are its dictionary
   * @param length of the block
   */
  record Part(int start, int window, int length) {}

  /** The compressed bytes of a block: the first ones of an array. */
  final class Block {
    private final byte[] bytes;
    private final int length;

    Block(byte[] bytes, int length) {
      this.bytes = bytes;
      this.length = length;
    }

    byte[] bytes() {
      return bytes;
    }

    int length() {
      return length;
    }
  }
}
