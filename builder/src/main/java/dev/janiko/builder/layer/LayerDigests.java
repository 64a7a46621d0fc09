package dev.janiko.builder.layer;

import dev.janiko.registry.Digest;

/**
 * What a layer's blob turned out to be when it was read to its end.
 *
 * @param digest of the blob as it came
 * @param size of the blob in bytes
 * @param diffId digest of the archive inside
 * @param uncompressedSize of the archive in bytes
 */
public record LayerDigests(Digest digest, long size, Digest diffId, long uncompressedSize) {}
