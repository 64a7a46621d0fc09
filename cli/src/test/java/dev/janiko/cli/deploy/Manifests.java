package dev.janiko.cli.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files of {@code deploy/}. */
public final class Manifests {
  private Manifests() {}

  /** The folder; tests run in that of their module. */
  public static Path folder() {
    return Path.of("..", "deploy");
  }

  /** The YAML files. */
  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder())) {
      return files.filter(file -> file.toString().matches(".*\\.ya?ml")).sorted().toList();
    }
  }

  /** The documents of a file. */
  public static List<Object> documents(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    List<Object> documents = new ArrayList<>();
    new Yaml(new SafeConstructor(options)).loadAll(text).forEach(documents::add);
    return documents;
  }

  /** The text of a file. */
  public static String text(String name) {
    try {
      return Files.readString(folder().resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is at a path of names and numbers in a document. */
  public static Object at(Object document, Object... path) {
    Object found = document;
    for (Object step : path) {
      found =
          switch (found) {
            case Map<?, ?> map when map.containsKey(step) -> map.get(step);
            case List<?> list when step instanceof Integer index -> list.get(index);
            default -> throw new IllegalArgumentException(step + " is not in " + found);
          };
    }
    return found;
  }
}
