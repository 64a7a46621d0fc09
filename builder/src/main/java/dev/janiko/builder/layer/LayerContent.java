package dev.janiko.builder.layer;

import dev.janiko.registry.Digest;

/**
 * What a layer turned out to hold when it was read to its end.
 *
 * @param diffId digest of the archive, uncompressed
 * @param size of the archive in bytes
 */
public record LayerContent(Digest diffId, long size) {}
