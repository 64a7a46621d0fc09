/**
 * Build checks: what is allowed in a Dockerfile and still likely a mistake.
 *
 * <p>Rules, names and texts are BuildKit's, so that {@code # check=} directives and habits carry
 * over. Works on the syntax tree alone; what only a builder knows, such as the environment of a
 * base image, comes in from outside.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.dockerfile.check;
