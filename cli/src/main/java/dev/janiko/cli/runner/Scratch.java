package dev.janiko.cli.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A folder for what a command needs only itself, removed with all in it when closed.
 *
 * @param folder the folder
 */
public record Scratch(Path folder) implements AutoCloseable {
  private static final Path EXECUTOR = Path.of("/kaniko");

  /** Makes one where even builds that use up the root file system leave it alone. */
  public static Scratch create(Map<String, String> environment, Path program) throws IOException {
    Path place =
        program.startsWith(EXECUTOR)
            ? program.resolve("scratch")
            : DockerRunner.workFolder(environment);
    return new Scratch(Files.createTempDirectory(Files.createDirectories(place), "image-"));
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
