package dev.janiko.builder.layer;

import dev.janiko.builder.rootfs.UnpackOptions;
import dev.janiko.builder.rootfs.UnpackStatistics;
import dev.janiko.builder.rootfs.Unpacker;
import dev.janiko.builder.snapshot.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Prints what unpacking and compressing cost here. Run by hand with a layer's blob (gzip or plain)
 * and an empty folder on the file system in question.
 */
final class FileSystemBenchmark {
  private static final int ROUNDS = 4;

  private FileSystemBenchmark() {}

  @SuppressWarnings("SystemOut")
  public static void main(String[] args) throws IOException {
    Path blob = Path.of(args[0]);
    Path folder = Path.of(args[1]);
    for (int round = 0; round < ROUNDS; round++) {
      System.out.println(decompress(blob));
      Path directory = folder.resolve("unpacked-" + round);
      System.out.println(unpack(blob, directory));
      System.out.println(walk(directory));
    }
    for (int level = 1; level <= 6; level++) {
      System.out.println(compress(blob, level));
    }
  }

  private static String decompress(Path blob) throws IOException {
    long start = System.nanoTime();
    try (LayerStream stream = LayerStream.open(Files.newInputStream(blob), Long.MAX_VALUE)) {
      LayerContent content = stream.finish();
      return "decompress and hash: " + rate(content.size(), start);
    }
  }

  private static String unpack(Path blob, Path directory) throws IOException {
    Files.createDirectories(directory);
    long start = System.nanoTime();
    try (LayerStream stream = LayerStream.open(Files.newInputStream(blob), Long.MAX_VALUE)) {
      UnpackStatistics statistics =
          Unpacker.unpack(stream, directory, UnpackOptions.overlay(List.of()));
      LayerContent content = stream.finish();
      return "unpack " + statistics.entries() + " entries: " + rate(content.size(), start);
    }
  }

  private static String walk(Path directory) throws IOException {
    long start = System.nanoTime();
    FileTree before = FileTree.walk(directory);
    long walked = System.nanoTime();
    FileTree after = FileTree.walk(directory);
    int changes = before.changesTo(after).all().size();
    return String.format(
        "walk of %d: %.1f ms; walk and compare again (%d changes): %.1f ms",
        after.size(), (walked - start) / 1e6, changes, (System.nanoTime() - walked) / 1e6);
  }

  private static String compress(Path blob, int level) throws IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    long start = System.nanoTime();
    long[] size = {0};
    OutputStream counter =
        new OutputStream() {
          @Override
          public void write(int b) {
            size[0]++;
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            size[0] += length;
          }
        };
    try (InputStream in = LayerStream.open(Files.newInputStream(blob), Long.MAX_VALUE);
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        ParallelCompressor gzip =
            new ParallelCompressor(counter, workers, new GzipBlocks(level), threads)) {
      long bytes = in.transferTo(gzip);
      gzip.finish();
      return "gzip -"
          + level
          + " on "
          + threads
          + " threads: "
          + size[0]
          + " bytes, "
          + rate(bytes, start);
    }
  }

  private static String rate(long bytes, long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    return String.format("%.3f s, %.0f MB/s", seconds, bytes / 1e6 / seconds);
  }
}
