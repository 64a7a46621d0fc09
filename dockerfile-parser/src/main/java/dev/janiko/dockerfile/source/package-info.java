/**
 * What the sources of ADD and the names of build contexts say when they are not paths: references
 * to git repositories.
 *
 * <p>Reads text only; fetching is for others.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.dockerfile.source;
