/**
 * What builds fetch besides images: files by HTTP and git repositories, into folders of the build.
 *
 * <p>Knows how they are fetched, not what for; prints nothing, and tells no credentials.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.fetch;
