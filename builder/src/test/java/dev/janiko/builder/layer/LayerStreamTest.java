package dev.janiko.builder.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.registry.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
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
  void zstdOfAnyKindGivesTheSameArchive() throws Exception {
    byte[] data = data(5, 12_000_000);
    for (List<String> options :
        List.of(
            List.of("-1"),
            List.of("-19", "--no-check"),
            List.of("-3", "--long=27"),
            List.of("-T2", "-5"),
            List.of("--ultra", "-20"))) {
      assertReads(zstd(data, options), data);
    }
    assertReads(zstd(new byte[0], List.of("-1")), new byte[0]);
  }

  @Test
  void zstdFramesInARowAndSkippableOnesAreRead() throws Exception {
    byte[] skippable = {0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3};
    byte[] a = data(6, 300_000);
    byte[] b = data(7, 1000);
    byte[] one = zstd(a, List.of("-3"));
    byte[] two = zstd(b, List.of("-3"));
    assertReads(concat(skippable, one, skippable, two, skippable), concat(a, b));
  }

  @Test
  void damagedZstdIsAnError() throws Exception {
    byte[] good = zstd(data(8, 400_000), List.of("-3"));
    for (int cut : new int[] {5, good.length / 2, good.length - 1}) {
      assertThatThrownBy(() -> readAll(Arrays.copyOf(good, cut)))
          .as("cut at %d", cut)
          .isInstanceOf(IOException.class);
    }
    byte[] wrongSum = good.clone();
    wrongSum[good.length - 1] ^= 1;
    assertThatThrownBy(() -> readAll(wrongSum)).hasMessageContaining("broken zstd data");
    assertThatThrownBy(() -> readAll(concat(good, new byte[] {1, 2, 3, 4, 5})))
        .hasMessageContaining("broken zstd data");
  }

  @Test
  void zstdBombsStopAtTheLimitAndAtTheLargestWindow() throws Exception {
    byte[] bomb = zstd(new byte[50_000_000], List.of("-19"));
    try (LayerStream stream = LayerStream.open(new ByteArrayInputStream(bomb), 1_000_000)) {
      assertThatThrownBy(stream::finish).hasMessageContaining("over the limit of 1000000 bytes");
    }
    // A frame header with a window of 2 GiB: nobody gets that much memory.
    byte[] window = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) (21 << 3), 1, 0, 0};
    assertThatThrownBy(() -> readAll(window)).hasMessageContaining("broken zstd data");
  }

  /** By zstd(1), from standard input, so that frames do not tell their size. */
  private static byte[] zstd(byte[] data, List<String> options) throws Exception {
    List<String> command = new ArrayList<>(List.of("zstd", "-q", "-c"));
    command.addAll(options);
    Process process = new ProcessBuilder(command).start();
    CompletableFuture<byte[]> output =
        CompletableFuture.supplyAsync(() -> {
          try {
            return process.getInputStream().readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    try (OutputStream in = process.getOutputStream()) {
      in.write(data);
    }
    byte[] compressed = output.get();
    assertThat(process.waitFor()).isZero();
    return compressed;
  }

  @Test
  void parallelZstdIsTheSameForAnyNumberOfThreads() throws Exception {
    for (int length : new int[] {0, 1, 1_048_576, 1_048_577, 5_000_000}) {
      byte[] data = data(length, length);
      byte[] one = parallel(data, 1, 7777, LayerCompression.of(LayerCompression.Format.ZSTD));
      assertThat(parallel(data, 3, 100_000, LayerCompression.of(LayerCompression.Format.ZSTD)))
          .isEqualTo(one);
      assertReads(one, data);
    }
  }

  @Test
  void parallelGzipIsTheSameForAnyNumberOfThreads() throws Exception {
    for (int length : new int[] {0, 1, 262_143, 262_144, 262_145, 3_000_000}) {
      byte[] data = data(length, length);
      byte[] one = parallel(data, 1, 7777, LayerCompression.USUAL);
      assertThat(parallel(data, 3, 100_000, LayerCompression.USUAL)).isEqualTo(one);
      assertThat(new GZIPInputStream(new ByteArrayInputStream(one)).readAllBytes()).isEqualTo(data);
      assertReads(one, data);
      assertThat(Arrays.copyOf(one, 10))
          .isEqualTo(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff});
    }
  }

  private static byte[] parallel(byte[] data, int threads, int step, LayerCompression compression)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ExecutorService workers = Executors.newFixedThreadPool(threads);
        ParallelCompressor compressor =
            new ParallelCompressor(bytes, workers, compression.codec(), threads)) {
      for (int i = 0; i < data.length; i += step) {
        compressor.write(data, i, Math.min(step, data.length - i));
      }
      compressor.finish();
    }
    return bytes.toByteArray();
  }
}
