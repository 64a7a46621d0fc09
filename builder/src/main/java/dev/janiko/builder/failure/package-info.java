/**
 * What goes wrong in a build, as data: what happened, where in the Dockerfile, what to do.
 *
 * <p>Every package of the builder may throw it; it knows none of them.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.failure;
