package dev.janiko.builder;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.cache.BaseFolder;
import dev.janiko.builder.cache.BuildCache;
import dev.janiko.builder.context.ContextSpec;
import dev.janiko.builder.output.Outputs;
import dev.janiko.builder.sandbox.Isolation;
import dev.janiko.builder.step.MountResources;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What to build and where to put it.
 *
 * @param context the build context and the Dockerfile
 * @param target the stage to build, or the last one
 * @param buildArgs {@code --build-arg} values by name
 * @param labels {@code --label} values, laid over those of the Dockerfile
 * @param platform the platform of the image
 * @param place where the build runs
 * @param outputs where the image goes
 * @param layering how its new layers are made
 * @param cache where layers of earlier builds are, if they are used
 * @param mounts what mounts of commands bring in from outside
 */
public record BuildRequest(
    ContextSpec context,
    Optional<String> target,
    Map<String, String> buildArgs,
    Map<String, String> labels,
    Platform platform,
    Place place,
    Outputs outputs,
    Layering layering,
    Optional<Cache> cache,
    MountResources mounts) {
  /** Makes the maps immutable, in the order given. */
  public BuildRequest {
    requireNonNull(context, "context is null");
    requireNonNull(layering, "layering is null");
    requireNonNull(mounts, "mounts is null");
    buildArgs = Collections.unmodifiableMap(new LinkedHashMap<>(buildArgs));
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
  }

  /** The same for another platform, whose image goes elsewhere. */
  BuildRequest with(Platform otherPlatform, Outputs otherOutputs) {
    return new BuildRequest(
        context,
        target,
        buildArgs,
        labels,
        otherPlatform,
        place,
        otherOutputs,
        layering,
        cache,
        mounts);
  }

  /**
   * A layer cache.
   *
   * @param place where it is
   * @param policy what is done with it
   * @param bases base images that are here already
   */
  public record Cache(CachePlace place, BuildCache.Policy policy, Optional<BaseFolder> bases) {
    /** Without base images. */
    public Cache(CachePlace place, BuildCache.Policy policy) {
      this(place, policy, Optional.empty());
    }
  }

  /** Where layers are kept. */
  public sealed interface CachePlace {
    /** A repository of a registry, told by any reference into it. */
    record Repository(ImageReference reference) implements CachePlace {}

    /** A folder. */
    record Folder(Path path) implements CachePlace {}
  }

  /**
   * Where a build runs.
   *
   * @param isolation the sandbox to use
   * @param store the folder that keeps unpacked layers between builds, and the work folder
   * @param storeBytes about how many bytes of unpacked layers the store may keep; layers that
   *     builds use are kept beyond that
   * @param force whether {@code inplace} may be used although this does not look like a container
   * @param program the folder that this program runs from, which {@code inplace} keeps out of
   *     images
   * @param materialize whether the image's files stay where {@code inplace} made them, in place of
   *     what the container held
   */
  public record Place(
      Isolation isolation,
      Path store,
      long storeBytes,
      boolean force,
      Path program,
      boolean materialize) {
    /** Checks that what shall stay can stay. */
    public Place {
      requireNonNull(isolation, "isolation is null");
      if (materialize && isolation != Isolation.INPLACE) {
        throw new IllegalArgumentException("files stay in the place of inplace alone");
      }
    }
  }
}
