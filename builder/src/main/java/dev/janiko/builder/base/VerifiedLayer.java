package dev.janiko.builder.base;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.layer.LayerStream;
import dev.janiko.builder.rootfs.UnpackOptions;
import dev.janiko.builder.rootfs.UnpackStatistics;
import dev.janiko.builder.rootfs.Unpacker;
import dev.janiko.registry.Digest;
import dev.janiko.registry.image.BlobSource;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A layer with what its image's config says that it holds.
 *
 * @param blob the layer, compressed or not
 * @param diffId the digest of its archive, uncompressed
 */
public record VerifiedLayer(BlobSource blob, Digest diffId) {
  /** Refuses absent parts. */
  public VerifiedLayer {
    requireNonNull(blob, "blob is null");
    requireNonNull(diffId, "diffId is null");
  }

  /**
   * Unpacks the layer. What is in the folder may be trusted only when this has returned.
   *
   * @return what was unpacked
   * @throws IOException if the layer cannot be had, or is not what its digests say
   */
  public UnpackStatistics unpack(Path folder, UnpackOptions options) throws IOException {
    try (LayerStream tar = LayerStream.open(blob.open(), options.maxBytes())) {
      UnpackStatistics unpacked = Unpacker.unpack(tar, folder, options);
      Digest found = tar.finish().diffId();
      if (!found.equals(diffId)) {
        throw new IOException(
            "the layer %s holds %s, but its config says %s"
                .formatted(blob.descriptor().digest(), found, diffId));
      }
      return unpacked;
    }
  }
}
