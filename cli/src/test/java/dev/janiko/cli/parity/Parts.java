package dev.janiko.cli.parity;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** The real parts that {@code testdata/parts/start} runs, and the product that was built. */
final class Parts {
  private final Properties properties;

  private Parts(Properties properties) {
    this.properties = properties;
  }

  /** Reads where the parts are; fails if they do not run. */
  static Parts read() throws IOException {
    Path file = Path.of(setting("janiko.parts"));
    if (!Files.exists(file)) {
      throw new IllegalStateException(
          "the real parts do not run; testdata/parts/start starts them");
    }
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      properties.load(in);
    }
    return new Parts(properties);
  }

  /** A value of the parts' file. */
  String get(String key) {
    String value = properties.getProperty(key);
    if (value == null) {
      throw new IllegalStateException("the real parts have no " + key);
    }
    return value;
  }

  /** The registry without login, host and port. */
  String registry() {
    return get("registry");
  }

  /** The folder of test data. */
  static Path testdata() {
    return Path.of(setting("janiko.root"), "testdata");
  }

  /** The unpacked distribution. */
  static Path distribution() {
    String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    return Path.of(setting("janiko.distribution") + "-" + arch);
  }

  /** The executor image as a docker archive. */
  static Path executorArchive() {
    return distribution().resolveSibling("janiko-executor.tar");
  }

  private static String setting(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException("the system property " + name + " is missing");
    }
    return value;
  }
}
