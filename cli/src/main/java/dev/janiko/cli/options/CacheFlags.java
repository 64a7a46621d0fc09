package dev.janiko.cli.options;

import dev.janiko.cli.invocation.Quantities;
import dev.janiko.cli.invocation.UsageException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of the layer cache, as Kaniko spells them. */
final class CacheFlags {
  @Option(
      names = "--cache",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Take layers that earlier builds made, and keep those that this one makes.")
  boolean cache;

  @Option(
      names = "--cache-repo",
      paramLabel = "REPOSITORY",
      description =
          "Where layers are kept: a repository of a registry, or oci: and a folder. If not given: "
              + "cache below the first destination's repository, or a folder of the local store.")
  @Nullable String repository;

  @Option(
      names = "--cache-dir",
      paramLabel = "DIR",
      description =
          "Take base images from this folder, which janiko warm fills, if --cache is given; /cache "
              + "if not given.")
  Path bases = Path.of("/cache");

  @Option(
      names = "--cache-ttl",
      paramLabel = "DURATION",
      description =
          "How long a kept layer or base image serves, such as 6h; two weeks if not given.")
  String lifetime = "336h";

  @Option(
      names = "--cache-copy-layers",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Whether layers of COPY, ADD and WORKDIR are kept; they are if not given.")
  boolean copyLayers = true;

  @Option(
      names = "--cache-run-layers",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Whether layers of RUN are kept; they are if not given.")
  boolean runLayers = true;

  @Option(
      names = "--no-push-cache",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Take layers only; keep none.")
  boolean noPush;

  /**
   * How long a kept layer or base image serves.
   *
   * @throws UsageException if the flag is no duration
   */
  Duration lifetime() {
    return Quantities.duration("--cache-ttl", lifetime);
  }
}
