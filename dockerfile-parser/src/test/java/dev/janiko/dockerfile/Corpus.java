package dev.janiko.dockerfile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Dockerfiles of the kinds people have, by name. */
final class Corpus {
  static final Map<String, String> FILES = read(Path.of("src/test/resources/corpus"));
  static final List<String> TEXTS = List.copyOf(FILES.values());

  private Corpus() {}

  private static Map<String, String> read(Path folder) {
    SortedMap<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".Dockerfile")).toList()) {
        texts.put(String.valueOf(file.getFileName()), Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // In the order of the names, so that a seed means the same everywhere; Map.copyOf has none.
    return Collections.unmodifiableSortedMap(texts);
  }
}
