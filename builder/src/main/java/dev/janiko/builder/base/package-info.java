/**
 * Base images: resolved at their registries, their layers downloaded, verified and unpacked once.
 *
 * <p>Knows registries and the local store; knows nothing of Dockerfiles.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.base;
