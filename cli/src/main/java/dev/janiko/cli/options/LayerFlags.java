package dev.janiko.cli.options;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.Layering;
import dev.janiko.builder.Layering.Times;
import dev.janiko.builder.layer.LayerCompression;
import dev.janiko.builder.layer.LayerCompression.Format;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.dockerfile.pattern.GlobPattern;
import dev.janiko.dockerfile.pattern.PatternException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say how new layers are made. Kaniko's spellings, and docker's for times. */
final class LayerFlags {
  private static final int KANIKOS_DEFAULT = -1;

  @Option(
      names = "--compression",
      paramLabel = "FORMAT",
      description =
          "What compresses new layers: gzip, or zstd (not for docker archives, nor upon images in "
              + "docker's format). gzip if not given.")
  @Nullable String compression;

  @Option(
      names = "--compression-level",
      paramLabel = "N",
      description =
          "How hard to compress: gzip 1 (fast) to 9 (small), zstd 1 to 22. gzip 2 and zstd 3 if "
              + "not given.")
  int compressionLevel = KANIKOS_DEFAULT;

  @Option(
      names = "--single-snapshot",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Make one layer at the end of each stage.")
  boolean singleSnapshot;

  @Option(
      names = {"--snapshot-mode", "--snapshotMode"},
      paramLabel = "MODE",
      description =
          "No effect: full, redo and time all find changes exactly, without reading files again.")
  String snapshotMode = "full";

  @Option(
      names = "--reproducible",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description =
          "Give new layers, their files and the image no time later than SOURCE_DATE_EPOCH, or than "
              + "1970 if that is not set, so that equal builds make equal images.")
  boolean reproducible;

  @Option(
      names = "--rewrite-timestamp",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Give files in new layers no time later than SOURCE_DATE_EPOCH.")
  boolean rewriteTimestamp;

  @Option(
      names = "--ignore-path",
      paramLabel = "PATH",
      description = "Leave this path, which may have wildcards, out of new layers. Repeatable.")
  List<String> ignored = new ArrayList<>();

  /**
   * Returns how layers are to be made.
   *
   * @param archive whether the image is to become a docker archive, too
   * @throws UsageException if that cannot be done
   */
  Layering layering(boolean archive) {
    switch (snapshotMode) {
      case "full", "redo", "time" -> {
        // All are exact.
      }
      default ->
          throw new UsageException("--snapshot-mode is full, redo or time, not " + snapshotMode);
    }
    Format format = format();
    if (archive && format == Format.ZSTD) {
      throw new UsageException(
          "--compression zstd is not for --tar-path: not every docker load reads zstd; write an "
              + "--oci-layout-path, or leave --compression out");
    }
    Times times = reproducible ? Times.REPRODUCIBLE : rewriteTimestamp ? Times.LIMITED : Times.KEPT;
    return new Layering(compression(format), singleSnapshot, times, ignored());
  }

  private List<String> ignored() {
    for (String path : ignored) {
      if (!path.startsWith("/") || path.equals("/")) {
        throw new UsageException("--ignore-path is an absolute path, not " + path);
      }
      try {
        requireNonNull(GlobPattern.of(path));
      } catch (PatternException e) {
        throw new UsageException("--ignore-path: " + e.getMessage());
      }
    }
    return ignored;
  }

  private Format format() {
    return switch (compression) {
      case null -> Format.GZIP;
      case "", "gzip" -> Format.GZIP;
      case "zstd" -> Format.ZSTD;
      default -> throw new UsageException("--compression is gzip or zstd, not " + compression);
    };
  }

  private LayerCompression compression(Format format) {
    if (compressionLevel == KANIKOS_DEFAULT) {
      return LayerCompression.of(format);
    }
    try {
      return new LayerCompression(format, compressionLevel);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--compression-level: " + e.getMessage());
    }
  }
}
