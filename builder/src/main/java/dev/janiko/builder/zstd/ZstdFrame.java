package dev.janiko.builder.zstd;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.util.Arrays;

/** Whole frames (RFC 8878), each with its size and a checksum. */
public final class ZstdFrame {
  /** The highest level that there is. */
  public static final int HIGHEST_LEVEL = 22;

  private ZstdFrame() {}

  /**
   * Compresses into a frame.
   *
   * @param from holds the content
   * @param start where it begins
   * @param length how long it is, possibly 0
   * @param level 1 to {@value #HIGHEST_LEVEL}
   */
  public static byte[] of(byte[] from, int start, int length, int level) {
    byte[] into = new byte[Math.toIntExact(Zstd.compressBound(length))];
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      context.setLevel(level).setChecksum(true);
      int filled = context.compressByteArray(into, 0, into.length, from, start, length);
      return Arrays.copyOf(into, filled);
    }
  }
}
