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
 * @param mediaType of the blob, OCI's name for it
 */
public record WrittenLayer(Path blob, Digest diffId, Digest digest, long size, String mediaType) {}
