package dev.janiko.cli.registry;

import dev.janiko.cli.invocation.UsageException;
import dev.janiko.registry.image.Family;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say what an image's manifest looks like. */
public final class FormFlags {
  @Option(
      names = "--image-format",
      paramLabel = "FORMAT",
      description = "The image's format, oci or docker; that of its base if not given.")
  @Nullable String format;

  @Option(
      names = "--annotation",
      paramLabel = "NAME=VALUE",
      description = "An annotation for the manifest, which is OCI's then. Repeatable.")
  List<String> annotations = new ArrayList<>();

  /** Returns the format, if one was named. */
  public Optional<Family> family() {
    if (format == null) {
      return Optional.empty();
    }
    Family family =
        switch (format) {
          case "oci" -> Family.OCI;
          case "docker" -> Family.DOCKER;
          default -> throw new UsageException("--image-format is oci or docker, not " + format);
        };
    if (family == Family.DOCKER && !annotations.isEmpty()) {
      throw new UsageException("--annotation needs --image-format oci: docker's has none");
    }
    return Optional.of(family);
  }

  /** Returns the annotations. */
  public Map<String, String> annotations() {
    Map<String, String> all = new LinkedHashMap<>();
    for (String annotation : annotations) {
      int equals = annotation.indexOf('=');
      if (equals < 1) {
        throw new UsageException("--annotation is NAME=VALUE, not " + annotation);
      }
      String name = annotation.substring(0, equals);
      // docker names the document first; ours has one only.
      name = name.startsWith("manifest:") ? name.substring("manifest:".length()) : name;
      all.put(name, annotation.substring(equals + 1));
    }
    return all;
  }
}
