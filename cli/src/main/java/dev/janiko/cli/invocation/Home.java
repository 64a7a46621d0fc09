package dev.janiko.cli.invocation;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/** Where the program is installed. */
public final class Home {
  private Home() {}

  /** Returns the folder of the distribution: the one that holds the Java runtime's. */
  public static Path folder() {
    Path runtime = Path.of(System.getProperty("java.home")).toAbsolutePath();
    return requireNonNull(runtime.getParent(), "the Java runtime has no folder");
  }
}
