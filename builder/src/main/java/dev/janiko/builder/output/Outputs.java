package dev.janiko.builder.output;

import dev.janiko.builder.fetch.WebAddress;
import dev.janiko.registry.image.Family;
import dev.janiko.registry.reference.ImageReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where an image goes.
 *
 * @param names the image's names, in the order given; archives and layouts carry them
 * @param pushTo those of the names under which it is pushed
 * @param ociLayout a folder that becomes an OCI layout
 * @param dockerArchive a file that becomes a docker archive
 * @param digestFiles small files that say what was made
 * @param form the form of its manifest
 */
public record Outputs(
    List<ImageReference> names,
    List<ImageReference> pushTo,
    Optional<Path> ociLayout,
    Optional<Path> dockerArchive,
    DigestFiles digestFiles,
    Form form) {
  /** Makes the lists immutable. */
  public Outputs {
    names = List.copyOf(names);
    pushTo = List.copyOf(pushTo);
  }

  /**
   * The form of a manifest.
   *
   * @param family the format; the base image's if empty, or OCI's if there are annotations
   * @param annotations notes about the image
   */
  public record Form(Optional<Family> family, Map<String, String> annotations) {
    /** As the base image has it, without annotations. */
    public static final Form OF_BASE = new Form(Optional.empty(), Map.of());

    /** Makes the map immutable. */
    public Form {
      annotations = Map.copyOf(annotations);
    }

    /** The format of an image upon a base of another, or upon nothing. */
    public Family family(Optional<Family> base) {
      return family.orElseGet(() -> annotations.isEmpty() ? base.orElse(Family.OCI) : Family.OCI);
    }
  }

  /** Whether the image's blobs are needed as files here, not only at a registry. */
  public boolean needBlobs() {
    return ociLayout.isPresent() || dockerArchive.isPresent();
  }

  /**
   * Small files that say what was made, for the steps of a pipeline that come after.
   *
   * @param digest {@code sha256:…} of the manifest, without a line end
   * @param nameWithDigest a line {@code repository@digest} for each name
   * @param nameTagWithDigest a line {@code repository:tag@digest} for each name
   * @param images a line of JSON with name and digest for each name, as Cloud Build reads it
   * @param upload a place of the web that gets what {@code digest} does, by PUT
   */
  public record DigestFiles(
      Optional<Path> digest,
      Optional<Path> nameWithDigest,
      Optional<Path> nameTagWithDigest,
      Optional<Path> images,
      Optional<WebAddress> upload) {
    /** No such files. */
    public static final DigestFiles NONE =
        new DigestFiles(Optional.empty(), Optional.empty(), Optional.empty());

    /** Kaniko's files. */
    public DigestFiles(
        Optional<Path> digest, Optional<Path> nameWithDigest, Optional<Path> nameTagWithDigest) {
      this(digest, nameWithDigest, nameTagWithDigest, Optional.empty(), Optional.empty());
    }
  }
}
