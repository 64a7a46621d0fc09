/**
 * Images as data: descriptors, platforms, manifests, indexes and configs.
 *
 * <p>Everything is immutable and keeps the bytes it was read from beside what they mean, so that
 * nothing a newer tool wrote is lost. This package must not know where images are kept or how they
 * travel.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.registry.image;
