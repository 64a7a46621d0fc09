package dev.janiko.builder.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.registry.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

final class LayerStreamTest {
  private static final long NO_LIMIT = Long.MAX_VALUE;

  private static byte[] data(int seed, int length) {
    Random random = new Random(seed);
    byte[] data = new byte[length];
    for (int i = 0; i < length; i++) {
      data[i] = (byte) (random.nextInt(8) == 0 ? random.nextInt(256) : 'a' + i % 7);
    }
    return data;
  }

  private static byte[] gzip(byte[] data) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(data);
    }
    return bytes.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static void assertReads(byte[] blob, byte[] content) throws IOException {
    try (LayerStream stream = LayerStream.open(new ByteArrayInputStream(blob), NO_LIMIT)) {
      assertThat(stream.readAllBytes()).isEqualTo(content);
      LayerContent found = stream.finish();
      assertThat(found.diffId()).isEqualTo(Digest.sha256Of(content));
      assertThat(found.size()).isEqualTo(content.length);
    }
  }

  @Test
  void plainAndGzipGiveTheSameArchive() throws Exception {
    for (int length : new int[] {0, 1, 3, 1024, 262_144, 6_000_000}) {
      byte[] data = data(length, length);
      assertReads(data, data);
      assertReads(gzip(data), data);
    }
  }

  @Test
  void severalMembersAndZerosAfterThemAreRead() throws Exception {
    byte[] a = data(1, 300_000);
    byte[] b = data(2, 70_000);
    assertReads(concat(gzip(a), gzip(new byte[0]), gzip(b)), concat(a, b));
    assertReads(concat(gzip(a), new byte[100_000]), a);
  }

  @Test
  void headersWithAllFieldsAreRead() throws Exception {
    byte[] plain = gzip(data(3, 1000));
    byte[] header = {0x1f, (byte) 0x8b, 8, 2 + 4 + 8 + 16, 0, 0, 0, 0, 0, 3, 2, 0, 'x', 'y'};
    byte[] texts = "name\0comment\0".getBytes(StandardCharsets.US_ASCII);
    byte[] blob = concat(header, texts, new byte[2], Arrays.copyOfRange(plain, 10, plain.length));
    assertReads(blob, data(3, 1000));
  }

  @Test
  void whatIsLeftUnreadCountsInTheDigests() throws Exception {
    byte[] data = data(4, 3_000_000);
    byte[] blob = gzip(data);
    try (LayerStream stream = LayerStream.open(new ByteArrayInputStream(blob), NO_LIMIT)) {
      stream.skipNBytes(12_345);
      assertThat(stream.read()).isEqualTo(data[12_345] & 0xff);
      assertThat(stream.finish().diffId()).isEqualTo(Digest.sha256Of(data));
    }
  }

  @Test
  void damageAnywhereIsAnError() throws Exception {
    byte[] blob = gzip(data(5, 5000));
    for (int i = 0; i < blob.length; i += 7) {
      byte[] cut = Arrays.copyOf(blob, i);
      byte[] flipped = blob.clone();
      flipped[i] ^= 0x40;
      boolean magic = i < 2;
      boolean unused = i >= 4 && i < 10;
      if (!magic) {
        assertThatThrownBy(() -> readAll(cut)).as("cut at %d", i).isInstanceOf(IOException.class);
      }
      if (!magic && !unused) {
        assertThatThrownBy(() -> readAll(flipped))
            .as("flipped at %d", i)
            .isInstanceOf(IOException.class);
      }
    }
  }

  private static void readAll(byte[] blob) throws IOException {
    try (LayerStream stream = LayerStream.open(new ByteArrayInputStream(blob), NO_LIMIT)) {
      stream.finish();
    }
  }

  @Test
  void bombsStopAtTheLimit() throws Exception {
    byte[] bomb = gzip(new byte[50_000_000]);
    try (LayerStream stream = LayerStream.open(new ByteArrayInputStream(bomb), 1_000_000)) {
      assertThatThrownBy(stream::finish).hasMessageContaining("over the limit of 1000000 bytes");
    }
  }

  @Test
  void zstdIsNamed() {
    byte[] zstd = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 0};
    assertThatThrownBy(() -> readAll(zstd)).hasMessageContaining("zstd");
  }

  @Test
  void parallelGzipIsTheSameForAnyNumberOfThreads() throws Exception {
    for (int length : new int[] {0, 1, 262_143, 262_144, 262_145, 3_000_000}) {
      byte[] data = data(length, length);
      byte[] one = parallel(data, 1, 7777);
      assertThat(parallel(data, 3, 100_000)).isEqualTo(one);
      assertThat(new GZIPInputStream(new ByteArrayInputStream(one)).readAllBytes()).isEqualTo(data);
      assertReads(one, data);
      assertThat(Arrays.copyOf(one, 10))
          .isEqualTo(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff});
    }
  }

  private static byte[] parallel(byte[] data, int threads, int step) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ExecutorService workers = Executors.newFixedThreadPool(threads);
        ParallelGzip gzip = new ParallelGzip(bytes, workers, 3, threads)) {
      for (int i = 0; i < data.length; i += step) {
        gzip.write(data, i, Math.min(step, data.length - i));
      }
      gzip.finish();
    }
    return bytes.toByteArray();
  }
}
