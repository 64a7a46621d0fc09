/**
 * Speaks with registries (OCI distribution-spec): finds images, pulls and pushes blobs and
 * manifests, and survives what networks do.
 *
 * <p>It must not know how images are made or used.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.registry.client;
