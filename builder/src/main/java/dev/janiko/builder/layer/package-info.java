/**
 * Layers as blobs: reading them (decompressing, hashing) and writing them (archive, compression,
 * digests), each in one pass with bounded memory.
 *
 * <p>Knows files and streams; no registries, no images.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.layer;
