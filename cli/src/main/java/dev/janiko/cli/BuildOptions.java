package dev.janiko.cli;

import static java.util.Objects.requireNonNull;

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
 * @param target the stage to build; the last one if empty
 * @param buildArgs values of {@code ARG}s by name
 * @param labels labels of the image by name
 * @param outputs where the image goes
 * @param registries how registries are reached
 * @param place where commands run
 * @param cache which layers of other builds are used
 * @param singleSnapshot whether each stage makes one layer at its end instead of one per step
 */
public record BuildOptions(
    Source source,
    Optional<String> target,
    Map<String, String> buildArgs,
    Map<String, String> labels,
    Outputs outputs,
    Registries registries,
    Place place,
    Optional<Cache> cache,
    boolean singleSnapshot) {
  /** Keeps its own copies of the maps, in their order. */
  public BuildOptions {
    requireNonNull(source, "source is null");
    requireNonNull(target, "target is null");
    buildArgs = Collections.unmodifiableMap(new LinkedHashMap<>(buildArgs));
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    requireNonNull(outputs, "outputs is null");
    requireNonNull(registries, "registries is null");
    requireNonNull(place, "place is null");
  }

  /**
   * A layer cache.
   *
   * @param repository a repository, or {@code oci:} and a folder; a place of ours if empty
   * @param lifetime how long a layer serves
   * @param runLayers whether layers of commands are kept
   * @param copyLayers whether layers of copied files are kept
   * @param writes whether layers are kept
   */
  public record Cache(
      Optional<String> repository,
      Duration lifetime,
      boolean runLayers,
      boolean copyLayers,
      boolean writes) {
    /** Checks the parts. */
    public Cache {
      requireNonNull(repository, "repository is null");
      requireNonNull(lifetime, "lifetime is null");
    }
  }

  /** In which sandbox commands run. */
  public enum Isolation {
    /** Whatever the place allows. */
    AUTO,
    /** Namespaces of their own. */
    NAMESPACE,
    /** The container that the program runs in. */
    INPLACE
  }

  /**
   * What is built.
   *
   * @param context the folder with the files that a Dockerfile can copy, as it was written
   * @param dockerfile the Dockerfile as it was written: a path from the working directory or, if
   *     there is no such file, from the context; the context's {@code Dockerfile} if empty
   */
  public record Source(Path context, Optional<Path> dockerfile) {
    /** Checks the parts. */
    public Source {
      requireNonNull(context, "context is null");
      requireNonNull(dockerfile, "dockerfile is null");
    }
  }

  /**
   * Where the image goes. Nowhere, if all parts are empty.
   *
   * @param names the image's names, also in the files; may be empty
   * @param pushTo those of the names under which it is pushed
   * @param tar the docker archive to write
   * @param ociLayout the OCI layout folder to write
   * @param digests the files that tell the digest
   */
  public record Outputs(
      List<String> names,
      List<String> pushTo,
      Optional<Path> tar,
      Optional<Path> ociLayout,
      DigestFiles digests) {
    /** Keeps its own copies of the lists. */
    public Outputs {
      names = List.copyOf(names);
      pushTo = List.copyOf(pushTo);
      requireNonNull(tar, "tar is null");
      requireNonNull(ociLayout, "ociLayout is null");
      requireNonNull(digests, "digests is null");
    }
  }

  /**
   * Files that tell the image's digest.
   *
   * @param digest gets {@code sha256:…} alone, without a line end
   * @param nameWithDigest gets a line {@code repository@sha256:…} for each name
   * @param nameTagWithDigest gets a line {@code repository:tag@sha256:…} for each name
   */
  public record DigestFiles(
      Optional<Path> digest, Optional<Path> nameWithDigest, Optional<Path> nameTagWithDigest) {
    /** Checks the parts. */
    public DigestFiles {
      requireNonNull(digest, "digest is null");
      requireNonNull(nameWithDigest, "nameWithDigest is null");
      requireNonNull(nameTagWithDigest, "nameTagWithDigest is null");
    }
  }

  /**
   * How registries are reached, where not by HTTPS with a checked certificate.
   *
   * @param plainHttp which of them by HTTP
   * @param unverifiedTls for which of them certificates are not checked
   */
  public record Registries(Exceptions plainHttp, Exceptions unverifiedTls) {
    /** Checks the parts. */
    public Registries {
      requireNonNull(plainHttp, "plainHttp is null");
      requireNonNull(unverifiedTls, "unverifiedTls is null");
    }
  }

  /**
   * Which registries are excepted from a rule.
   *
   * @param push all that are pushed to
   * @param pull all that are pulled from
   * @param hosts these, with their ports if they have any
   */
  public record Exceptions(boolean push, boolean pull, List<String> hosts) {
    /** Keeps its own copy of the list. */
    public Exceptions {
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * Where commands run.
   *
   * @param isolation the sandbox
   * @param force whether the file system may be used up though this does not look like a container
   */
  public record Place(Isolation isolation, boolean force) {
    /** Checks the parts. */
    public Place {
      requireNonNull(isolation, "isolation is null");
    }
  }
}
