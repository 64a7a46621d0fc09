/**
 * Root file systems on disk: safe access below a root directory, and unpacking of layers into it.
 *
 * <p>Every path is resolved inside its root, component by component on descriptors, so that neither
 * a hostile archive nor a concurrent rename reaches anything outside. Knows nothing of blobs,
 * compression, images or Dockerfiles.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.rootfs;
