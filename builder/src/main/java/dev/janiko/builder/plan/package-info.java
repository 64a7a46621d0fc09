/**
 * What will be built, in which order, and from what: the Dockerfile's stages with their bases and
 * the edges between them resolved, and those that the target does not need left out.
 *
 * <p>Pure: knows the syntax tree and the build's arguments, no files and no registries.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.plan;
