package dev.janiko.builder.gzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GzipInputTest {
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private static byte[] deflated(byte[] content, int level, int strategy) {
    Deflater deflater = new Deflater(level, true);
    deflater.setStrategy(strategy);
    deflater.setInput(content);
    deflater.finish();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] part = new byte[8192];
    while (!deflater.finished()) {
      bytes.write(part, 0, deflater.deflate(part));
    }
    deflater.end();
    return bytes.toByteArray();
  }

  private static byte[] member(byte[] stream, byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    ByteBuffer member =
        ByteBuffer.allocate(HEADER.length + stream.length + 8).order(ByteOrder.LITTLE_ENDIAN);
    return member
        .put(HEADER)
        .put(stream)
        .putInt((int) crc.getValue())
        .putInt(content.length)
        .array();
  }

  private static byte[] read(byte[] gzip) throws IOException {
    return new GzipInput(new ByteArrayInputStream(gzip)).readAllBytes();
  }

  /** Gives a few bytes at a time. */
  private static InputStream dripping(byte[] bytes, Random random) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] into, int offset, int length) {
        return super.read(into, offset, Math.min(length, 1 + random.nextInt(40)));
      }
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whatZlibWritesIsReadAtAnyLevelAndStrategy(long seed) throws Exception {
    Random random = new Random(seed);
    for (int level = 0; level <= 9; level++) {
      for (int strategy = Deflater.DEFAULT_STRATEGY;
          strategy <= Deflater.HUFFMAN_ONLY;
          strategy++) {
        byte[] content = Contents.of(random, random.nextInt(700_000));
        byte[] gzip = member(deflated(content, level, strategy), content);
        assertThat(Arrays.equals(read(gzip), content))
            .as("seed %d, level %d, strategy %d", seed, level, strategy)
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void inputAndOutputMayComeInAnyParts(long seed) throws Exception {
    Random random = new Random(seed);
    byte[] content = Contents.of(random, 600_000);
    byte[] gzip = member(deflated(content, 6, Deflater.DEFAULT_STRATEGY), content);
    GzipInput in = new GzipInput(dripping(gzip, random));
    byte[] found = new byte[content.length];
    int filled = 0;
    while (filled < found.length) {
      int count = in.read(found, filled, Math.min(found.length - filled, 1 + random.nextInt(5000)));
      assertThat(count).as("seed %d", seed).isPositive();
      filled += count;
    }
    assertThat(in.read()).isEqualTo(-1);
    assertThat(Arrays.equals(found, content)).as("seed %d", seed).isTrue();
  }

  @Test
  void smallStreamsWithFixedCodesAreRead() throws Exception {
    for (int length = 0; length < 300; length++) {
      byte[] content = Contents.of(new Random(length), length);
      byte[] gzip = member(deflated(content, 9, Deflater.DEFAULT_STRATEGY), content);
      assertThat(read(gzip)).isEqualTo(content);
    }
  }

  @Test
  void everyBeginningOfAStreamIsAnError() throws Exception {
    byte[] content = Contents.of(new Random(21), 3000);
    for (int level : new int[] {0, 1, 9}) {
      byte[] gzip = member(deflated(content, level, Deflater.DEFAULT_STRATEGY), content);
      for (int length = 1; length < gzip.length; length++) {
        byte[] cut = Arrays.copyOf(gzip, length);
        assertThatThrownBy(() -> read(cut)).as("%d bytes", length).isInstanceOf(ZipException.class);
      }
    }
  }

  /** Of damaged streams the same are accepted as by zlib, and they mean the same. */
  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33})
  void damagedStreamsAreJudgedAsByZlib(long seed) throws Exception {
    Random random = new Random(seed);
    int accepted = 0;
    for (int round = 0; round < 3000; round++) {
      byte[] content = Contents.of(random, random.nextInt(2000));
      byte[] stream = deflated(content, 1 + random.nextInt(9), random.nextInt(3));
      for (int i = random.nextInt(3); i >= 0; i--) {
        stream[random.nextInt(Math.min(stream.length, 120))] ^= (byte) (1 << random.nextInt(8));
      }
      byte[] expected = zlib(stream);
      byte[] found = decoded(stream);
      assertThat(found).as("seed %d, round %d", seed, round).isEqualTo(expected);
      accepted += expected.length == 0 ? 0 : 1;
    }
    assertThat(accepted).isPositive();
  }

  /** What zlib makes of a stream; nothing if it refuses it or it does not end. */
  private static byte[] zlib(byte[] stream) {
    Inflater inflater = new Inflater(true);
    inflater.setInput(stream);
    byte[] out = new byte[1 << 20];
    try {
      int count = 0;
      int more;
      do {
        more = inflater.inflate(out, count, out.length - count);
        count += more;
      } while (more > 0);
      return inflater.finished() ? Arrays.copyOf(out, count) : new byte[0];
    } catch (DataFormatException refused) {
      return new byte[0];
    } finally {
      inflater.end();
    }
  }

  private static byte[] decoded(byte[] stream) throws IOException {
    DeflateDecoder decoder = new DeflateDecoder(new Input(new ByteArrayInputStream(stream)));
    byte[] out = new byte[1 << 20];
    try {
      int count = 0;
      int more = 0;
      while (more >= 0 && count < out.length) {
        count += more;
        more = decoder.read(out, count, out.length - count);
      }
      return more < 0 ? Arrays.copyOf(out, count) : new byte[0];
    } catch (ZipException refused) {
      return new byte[0];
    }
  }

  @Test
  void aWrongChecksumOrSizeIsAnError() throws Exception {
    byte[] content = Contents.of(new Random(41), 1000);
    byte[] gzip = member(deflated(content, 6, Deflater.DEFAULT_STRATEGY), content);
    byte[] checksum = gzip.clone();
    checksum[gzip.length - 8] ^= 1;
    assertThatThrownBy(() -> read(checksum)).hasMessageContaining("wrong checksum");
    byte[] size = gzip.clone();
    size[gzip.length - 1] ^= 1;
    assertThatThrownBy(() -> read(size)).hasMessageContaining("wrong size");
  }

  @Test
  void repetitionsOfWhatIsBeforeAMemberAreErrors() throws Exception {
    byte[] content = new byte[50_000];
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(members)) {
      gzip.write(content);
    }
    // A stream whose first symbol repeats: fixed codes, length 3, distance 1, end of block.
    byte[] hostile = {0x03 | 1 << 0, 0x02, 0x00};
    members.write(HEADER);
    members.write(hostile);
    members.write(new byte[8]);
    assertThatThrownBy(() -> read(members.toByteArray())).isInstanceOf(ZipException.class);
  }
}
