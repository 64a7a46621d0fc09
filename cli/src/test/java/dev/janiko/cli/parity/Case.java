package dev.janiko.cli.parity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One folder of the test data.
 *
 * @param name theme and case, such as {@code copy/folder}
 * @param folder the context with its Dockerfile
 * @param expect what the file {@code expect} says
 */
record Case(String name, Path folder, Map<String, String> expect) {
  private static final List<String> THEMES =
      List.of(
          "add",
          "arg",
          "cmd",
          "config",
          "copy",
          "env",
          "expose",
          "from",
          "label",
          "run",
          "run-mount",
          "user",
          "workdir");

  /** The cases that both Janiko and the engine build. */
  static List<Case> toBuild() {
    return THEMES.stream().flatMap(theme -> below(theme).stream()).toList();
  }

  /** The cases that must be refused. */
  static List<Case> toRefuse() {
    return below("bad");
  }

  private static List<Case> below(String theme) {
    try (Stream<Path> folders = Files.list(Parts.testdata().resolve(theme))) {
      return folders.sorted().map(folder -> read(theme, folder)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Case read(String theme, Path folder) {
    Map<String, String> expect = new TreeMap<>();
    Path file = folder.resolve("expect");
    try {
      if (Files.exists(file)) {
        for (String line : Files.readAllLines(file)) {
          int equals = line.indexOf('=');
          expect.put(line.substring(0, equals), line.substring(equals + 1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Case(theme + "/" + folder.getFileName(), folder, Map.copyOf(expect));
  }

  /** A value of the file {@code expect}. */
  Optional<String> expected(String key) {
    return Optional.ofNullable(expect.get(key));
  }

  /** Whether the engine's classic builder is the one to follow. */
  boolean classic() {
    return expected("judge").equals(Optional.of("classic"));
  }

  /**
   * A Dockerfile in words that the engine's frontend knows too, which makes the same image; empty
   * if it knows those of the case itself.
   */
  Optional<Path> twin() {
    return Optional.of(folder.resolve("Dockerfile.twin")).filter(Files::exists);
  }

  /** Whether it is not for the sandbox that has no overlay. */
  boolean needsOverlay() {
    return expected("sandbox").equals(Optional.of("namespace"));
  }

  /** Whether it is not for an ordinary user. */
  boolean needsRoot() {
    return expected("user").equals(Optional.of("root"));
  }

  /** The options that all builders spell alike: target and build arguments. */
  List<String> options(String registry) {
    List<String> options = new ArrayList<>(List.of("--build-arg", "REGISTRY=" + registry));
    expected("target").ifPresent(target -> options.addAll(List.of("--target", target)));
    String prefix = "build-arg.";
    expect.forEach((key, value) -> {
      if (key.startsWith(prefix)) {
        options.addAll(List.of("--build-arg", key.substring(prefix.length()) + "=" + value));
      }
    });
    return List.copyOf(options);
  }

  /**
   * The options for its secrets, which all builders spell alike.
   *
   * @param seenAt where the builder sees the case's folder
   */
  List<String> secrets(Path seenAt) {
    List<String> options = new ArrayList<>();
    String prefix = "secret.";
    expect.forEach((key, value) -> {
      if (key.startsWith(prefix)) {
        String id = key.substring(prefix.length());
        options.addAll(List.of("--secret", "id=" + id + ",src=" + seenAt.resolve(value)));
      }
    });
    return List.copyOf(options);
  }

  @Override
  public String toString() {
    return name;
  }
}
