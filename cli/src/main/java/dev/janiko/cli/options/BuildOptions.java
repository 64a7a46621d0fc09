package dev.janiko.cli.options;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.Layering;
import dev.janiko.builder.context.ContextSpec;
import dev.janiko.builder.fetch.WebAddress;
import dev.janiko.cli.registry.RegistrySettings;
import dev.janiko.registry.image.Family;
import dev.janiko.registry.image.Platform;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a command line asks for, checked as far as a command line can be.
 *
 * @param source what is built
 * @param platforms the platforms to build for; this machine's if empty
 * @param target the stage to build; the last one if empty
 * @param buildArgs values of {@code ARG}s by name
 * @param labels labels of the image by name
 * @param outputs where the image goes
 * @param registries how registries are reached
 * @param place where commands run
 * @param layering how new layers are made
 * @param cache which layers of other builds are used
 * @param mounts what mounts of commands bring in from outside
 */
public record BuildOptions(
    ContextSpec source,
    List<Platform> platforms,
    Optional<String> target,
    Map<String, String> buildArgs,
    Map<String, String> labels,
    Outputs outputs,
    RegistrySettings registries,
    Place place,
    Layering layering,
    Optional<Cache> cache,
    Mounts mounts) {
  /** Keeps its own copies of the maps, in their order. */
  public BuildOptions {
    requireNonNull(source, "source is null");
    platforms = List.copyOf(platforms);
    requireNonNull(target, "target is null");
    buildArgs = Collections.unmodifiableMap(new LinkedHashMap<>(buildArgs));
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    requireNonNull(outputs, "outputs is null");
    requireNonNull(registries, "registries is null");
    requireNonNull(place, "place is null");
    requireNonNull(layering, "layering is null");
    requireNonNull(mounts, "mounts is null");
  }

  /** The same without any wish for where commands run. */
  public BuildOptions inAnyPlace() {
    return new BuildOptions(
        source,
        platforms,
        target,
        buildArgs,
        labels,
        outputs,
        registries,
        new Place(Isolation.AUTO, false, place.materialize(), place.folder()),
        layering,
        cache,
        mounts);
  }

  /**
   * What mounts of commands bring in from outside.
   *
   * @param caches the folder of caches, if not the store's
   * @param secrets where secrets are, by their id
   * @param agents the sockets of SSH agents, by their id
   */
  public record Mounts(
      Optional<Path> caches, Map<String, SecretSource> secrets, Map<String, Path> agents) {
    /** Copies the maps. */
    public Mounts {
      requireNonNull(caches, "caches is null");
      secrets = Map.copyOf(secrets);
      agents = Map.copyOf(agents);
    }
  }

  /** Where a secret is. */
  public sealed interface SecretSource {
    /** In a file. */
    record File(Path path) implements SecretSource {}

    /** In a variable of the environment. */
    record Variable(String name) implements SecretSource {}
  }

  /**
   * A layer cache.
   *
   * @param repository a repository, or {@code oci:} and a folder; a place of ours if empty
   * @param bases the folder of base images
   * @param lifetime how long a layer or base image serves
   * @param runLayers whether layers of commands are kept
   * @param copyLayers whether layers of copied files are kept
   * @param writes whether layers are kept
   */
  public record Cache(
      Optional<String> repository,
      Path bases,
      Duration lifetime,
      boolean runLayers,
      boolean copyLayers,
      boolean writes) {
    /** Checks the parts. */
    public Cache {
      requireNonNull(repository, "repository is null");
      requireNonNull(bases, "bases is null");
      requireNonNull(lifetime, "lifetime is null");
    }
  }

  /** In which sandbox commands run. */
  public enum Isolation {
    /** Whatever the place allows. */
    AUTO,
    /** Namespaces of their own. */
    NAMESPACE,
    /** A folder as root. */
    CHROOT,
    /** The container that the program runs in. */
    INPLACE
  }

  /**
   * Where the image goes. Nowhere, if all parts are empty.
   *
   * @param names the image's names, also in the files; may be empty
   * @param pushTo those of the names under which it is pushed
   * @param tar the docker archive to write
   * @param ociLayout the OCI layout folder to write
   * @param digests the files that tell the digest
   * @param family the image's format; its base's if empty
   * @param annotations annotations of its manifest
   */
  public record Outputs(
      List<String> names,
      List<String> pushTo,
      Optional<Path> tar,
      Optional<Path> ociLayout,
      DigestFiles digests,
      Optional<Family> family,
      Map<String, String> annotations) {
    /** Keeps its own copies of the collections. */
    public Outputs {
      names = List.copyOf(names);
      pushTo = List.copyOf(pushTo);
      requireNonNull(tar, "tar is null");
      requireNonNull(ociLayout, "ociLayout is null");
      requireNonNull(digests, "digests is null");
      requireNonNull(family, "family is null");
      annotations = Map.copyOf(annotations);
    }
  }

  /**
   * Files that tell the image's digest.
   *
   * @param digest gets {@code sha256:…} alone, without a line end
   * @param nameWithDigest gets a line {@code repository@sha256:…} for each name
   * @param nameTagWithDigest gets a line {@code repository:tag@sha256:…} for each name
   * @param images gets a line of JSON for each name
   * @param upload gets, by PUT, what {@code digest} does
   */
  public record DigestFiles(
      Optional<Path> digest,
      Optional<Path> nameWithDigest,
      Optional<Path> nameTagWithDigest,
      Optional<Path> images,
      Optional<WebAddress> upload) {
    /** Checks the parts. */
    public DigestFiles {
      requireNonNull(digest, "digest is null");
      requireNonNull(nameWithDigest, "nameWithDigest is null");
      requireNonNull(nameTagWithDigest, "nameTagWithDigest is null");
    }
  }

  /**
   * Where commands run.
   *
   * @param isolation the sandbox
   * @param force whether the file system may be used up though this does not look like a container
   * @param materialize whether the image's files stay in place
   * @param folder where this program's own files are, if not in the usual place
   */
  public record Place(
      Isolation isolation, boolean force, boolean materialize, Optional<Path> folder) {
    /** Checks the parts. */
    public Place {
      requireNonNull(isolation, "isolation is null");
      requireNonNull(folder, "folder is null");
    }
  }
}
