package dev.janiko.cli.options;

import static java.util.Objects.requireNonNull;

import dev.janiko.cli.registry.RegistrySettings;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A Dockerfile that shall be looked at, as a command line names it.
 *
 * @param source where it is
 * @param target the stage that counts; all do if it is empty
 * @param buildArgs values of {@code ARG}s by name
 * @param registries how registries are reached to look base images up; none are if it is empty
 */
public record LintOptions(
    Source source,
    Optional<String> target,
    Map<String, String> buildArgs,
    Optional<RegistrySettings> registries) {
  /** Keeps its own copy of the map, in its order. */
  public LintOptions {
    requireNonNull(source, "source is null");
    requireNonNull(target, "target is null");
    buildArgs = Collections.unmodifiableMap(new LinkedHashMap<>(buildArgs));
    requireNonNull(registries, "registries is null");
  }

  /**
   * Where a Dockerfile is.
   *
   * @param context the build context; empty if there is only standard input
   * @param dockerfile the Dockerfile, as in {@link BuildOptions.Source}
   * @param standardInput whether it is standard input instead
   */
  public record Source(Optional<Path> context, Optional<Path> dockerfile, boolean standardInput) {
    /** Checks the parts. */
    public Source {
      requireNonNull(context, "context is null");
      requireNonNull(dockerfile, "dockerfile is null");
    }
  }
}
