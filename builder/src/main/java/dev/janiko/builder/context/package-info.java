/**
 * The build context: the folder that {@code COPY} takes files from, what of it is ignored, and the
 * Dockerfile.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.context;
