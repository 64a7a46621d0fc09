/**
 * Images in folders (OCI image-spec, image-layout.md).
 *
 * <p>What is visible is whole: blobs and the index appear by renaming, the index last. It must not
 * know of networks.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.registry.layout;
