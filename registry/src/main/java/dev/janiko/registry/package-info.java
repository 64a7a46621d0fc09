/**
 * Images and where they are kept. This package owns digests and the one exception of the module;
 * {@code reference}, {@code image}, {@code auth}, {@code transport}, {@code client}, {@code layout}
 * and {@code archive} own the rest. Nothing here knows of Dockerfiles or of how images are made.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.registry;
