package dev.janiko.builder.output;

import dev.janiko.registry.reference.ImageReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where an image goes.
 *
 * @param destinations the image's names, in the order given
 * @param push whether it is pushed to them
 * @param ociLayout a folder that becomes an OCI layout
 * @param dockerArchive a file that becomes a docker archive
 * @param digestFiles small files that say what was made
 */
public record Outputs(
    List<ImageReference> destinations,
    boolean push,
    Optional<Path> ociLayout,
    Optional<Path> dockerArchive,
    DigestFiles digestFiles) {
  /** Makes the list immutable. */
  public Outputs {
    destinations = List.copyOf(destinations);
  }

  /** Whether the image's blobs are needed here as files, not only at a registry. */
  public boolean needBlobs() {
    return ociLayout.isPresent() || dockerArchive.isPresent();
  }

  /**
   * Small files that say what was made, for the steps of a pipeline that come after.
   *
   * @param digest {@code sha256:…} of the manifest, without a line end
   * @param nameWithDigest a line {@code repository@digest} for each destination
   * @param nameTagWithDigest a line {@code repository:tag@digest} for each destination
   */
  public record DigestFiles(
      Optional<Path> digest, Optional<Path> nameWithDigest, Optional<Path> nameTagWithDigest) {
    /** None of them. */
    public static final DigestFiles NONE =
        new DigestFiles(Optional.empty(), Optional.empty(), Optional.empty());
  }
}
