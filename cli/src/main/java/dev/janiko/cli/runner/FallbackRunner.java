package dev.janiko.cli.runner;

import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.builder.sandbox.Probe;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.options.BuildOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Builds here where that is possible, elsewhere where it is not, and says so. */
final class FallbackRunner implements BuildRunner {
  private final BuildRunner here;
  private final BuildRunner elsewhere;
  private final Path folder;

  FallbackRunner(BuildRunner here, BuildRunner elsewhere, Surroundings surroundings) {
    this.here = here;
    this.elsewhere = elsewhere;
    this.folder = DockerRunner.workFolder(surroundings.environment());
  }

  @Override
  public int run(BuildOptions options, BuildListener listener) {
    try {
      Path tried = Files.createTempDirectory(Files.createDirectories(folder), "probe-");
      try {
        Probe.of(tried, options.place().force())
            .choose(BuilderRunner.isolation(options.place().isolation()));
      } finally {
        Files.deleteIfExists(tried);
      }
    } catch (IOException e) {
      listener.on(
          new BuildEvent.Message(
              BuildEvent.Level.WARNING,
              "the Docker engine builds, as --fallback says: " + firstLine(e)));
      return elsewhere.run(options.inAnyPlace(), listener);
    }
    return here.run(options, listener);
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s*\n\\s*", "; ");
  }
}
