package dev.janiko.builder.tar;

import java.util.ArrayList;
import java.util.List;

/** Where a sparse file has data; everywhere else it has holes, which are not in the archive. */
final class SparseMap {

  /**
   * A piece of data.
   *
   * @param offset in the file
   * @param length in bytes
   */
  record Piece(long offset, long length) {}

  private final List<Piece> pieces;
  private final long realSize;
  private int index;
  private long position;

  /**
   * Checks a map against what the archive stores.
   *
   * @param stored the bytes of data in the archive
   */
  SparseMap(List<Piece> pieces, long realSize, long stored) throws TarException {
    long end = 0;
    long sum = 0;
    for (Piece piece : pieces) {
      if (piece.offset < end || piece.length < 0 || piece.length > realSize - piece.offset) {
        throw new TarException("broken map of a sparse file: pieces overlap or pass its end");
      }
      end = piece.offset + piece.length;
      sum += piece.length;
    }
    if (realSize < 0 || sum != stored) {
      throw new TarException(
          "broken map of a sparse file: it tells of " + sum + " bytes, stored are " + stored);
    }
    this.pieces = List.copyOf(pieces);
    this.realSize = realSize;
  }

  /** A map as offset, length, offset, length ... */
  static List<Piece> pieces(List<Long> numbers) throws TarException {
    if (numbers.size() % 2 != 0) {
      throw new TarException("broken map of a sparse file: a length is missing");
    }
    List<Piece> pieces = new ArrayList<>(numbers.size() / 2);
    for (int i = 0; i < numbers.size(); i += 2) {
      pieces.add(new Piece(numbers.get(i), numbers.get(i + 1)));
    }
    return pieces;
  }

  /** The bytes of hole at the current position. */
  long hole() {
    skipFinished();
    return (index < pieces.size() ? pieces.get(index).offset : realSize) - position;
  }

  /** The bytes of data at the current position. */
  long data() {
    skipFinished();
    if (index == pieces.size() || pieces.get(index).offset > position) {
      return 0;
    }
    return pieces.get(index).offset + pieces.get(index).length - position;
  }

  private void skipFinished() {
    while (index < pieces.size()
        && pieces.get(index).offset + pieces.get(index).length <= position) {
      index++;
    }
  }

  void advance(long bytes) {
    position += bytes;
  }

  long realSize() {
    return realSize;
  }
}
