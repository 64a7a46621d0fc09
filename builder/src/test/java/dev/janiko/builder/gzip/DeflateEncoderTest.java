package dev.janiko.builder.gzip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeflateEncoderTest {
  private static final int WINDOW = 32 * 1024;

  /** An empty final block. */
  private static final byte[] END = {3, 0};

  private static byte[] inParts(byte[] content, int partBytes) {
    DeflateEncoder encoder = new DeflateEncoder();
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    for (int start = 0; start < content.length; start += partBytes) {
      int length = Math.min(partBytes, content.length - start);
      stream.writeBytes(encoder.encode(content, start, length, Math.min(start, WINDOW)));
    }
    stream.writeBytes(END);
    return stream.toByteArray();
  }

  private static void assertReadByAll(byte[] stream, byte[] content, String what) throws Exception {
    assertThat(Arrays.equals(zlib(stream, content.length), content)).as(what).isTrue();
    DeflateDecoder decoder = new DeflateDecoder(new Input(new ByteArrayInputStream(stream)));
    byte[] found = new byte[content.length + 1];
    int filled = 0;
    int count = 0;
    while (count >= 0) {
      filled += count;
      count = decoder.read(found, filled, found.length - filled);
    }
    assertThat(filled).as(what).isEqualTo(content.length);
    assertThat(Arrays.equals(found, 0, filled, content, 0, filled)).as(what).isTrue();
  }

  private static byte[] zlib(byte[] stream, int length) throws DataFormatException {
    Inflater inflater = new Inflater(true);
    inflater.setInput(stream);
    byte[] found = new byte[length + 1];
    int filled = 0;
    while (!inflater.finished()) {
      int count = inflater.inflate(found, filled, found.length - filled);
      if (count == 0 && !inflater.finished()) {
        throw new DataFormatException("the stream does not end");
      }
      filled += count;
    }
    inflater.end();
    return Arrays.copyOf(found, filled);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyContentInAnyPartsComesBack(long seed) throws Exception {
    Random random = new Random(seed);
    for (int round = 0; round < 12; round++) {
      byte[] content = Contents.of(random, random.nextInt(900_000));
      int partBytes = 1 + random.nextInt(300_000);
      String what = "seed %d, round %d, parts of %d".formatted(seed, round, partBytes);
      assertReadByAll(inParts(content, partBytes), content, what);
    }
  }

  @Test
  void partsOfAnySmallSizeComeBack() throws Exception {
    for (int length = 0; length < 400; length++) {
      byte[] content = Contents.of(new Random(length), length);
      assertReadByAll(inParts(content, 1 + length / 3), content, length + " bytes");
    }
  }

  /** Frequencies like Fibonacci's numbers make the deepest trees there are. */
  @Test
  void codesStayWithinTheirLimit() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int before = 1;
    int frequency = 1;
    for (int symbol = 0; symbol < 22; symbol++) {
      for (int i = 0; i < frequency; i++) {
        bytes.write(symbol * 11);
      }
      int next = before + frequency;
      before = frequency;
      frequency = next;
    }
    byte[] content = bytes.toByteArray();
    Random random = new Random(1);
    for (int i = content.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      byte kept = content[i];
      content[i] = content[other];
      content[other] = kept;
    }
    assertReadByAll(inParts(content, 256 * 1024), content, "Fibonacci");
  }

  @Test
  void theSameContentGivesTheSameBytesWhateverWasEncodedBefore() {
    byte[] content = Contents.of(new Random(3), 200_000);
    DeflateEncoder used = new DeflateEncoder();
    used.encode(Contents.of(new Random(4), 200_000), 0, 200_000, 0);
    assertThat(used.encode(content, 0, content.length, 0))
        .isEqualTo(new DeflateEncoder().encode(content, 0, content.length, 0));
  }

  @Test
  void noiseIsHardlyLargerThanItIs() {
    byte[] noise = new byte[1_000_000];
    new Random(5).nextBytes(noise);
    assertThat(inParts(noise, 256 * 1024).length).isLessThan(noise.length + noise.length / 1000);
  }

  /** Sizes do not depend on the machine, so this is a test: the second level of zlib is matched. */
  @Test
  void textIsNoLargerThanZlibMakesItAtLevelTwo() {
    StringBuilder text = new StringBuilder();
    Random random = new Random(6);
    List<String> words =
        List.of(
            "layer", "digest", "manifest", "whiteout", "stage", "rootfs", "a", "the", "of", "to");
    while (text.length() < 600_000) {
      text.append(words.get(random.nextInt(words.size()))).append(random.nextInt(100)).append(' ');
    }
    byte[] content = text.toString().getBytes(StandardCharsets.UTF_8);
    Deflater zlib = new Deflater(2, true);
    zlib.setInput(content);
    zlib.finish();
    int theirs = zlib.deflate(new byte[content.length]);
    zlib.end();
    assertThat(inParts(content, 256 * 1024).length).isLessThan(theirs * 102 / 100);
  }
}
