package dev.janiko.builder.layer;

import dev.janiko.registry.Digest;
import java.nio.file.Path;

/**
 * A layer as a blob on disk.
 *
 * @param blob the file
 * @param diffId digest of the archive inside
 * @param digest of the blob
 * @param size of the blob in bytes
 * @param mediaType of the blob
 */
public record WrittenLayer(Path blob, Digest diffId, Digest digest, long size, String mediaType) {
  /** Of layers that are compressed with gzip. */
  public static final String GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
}
