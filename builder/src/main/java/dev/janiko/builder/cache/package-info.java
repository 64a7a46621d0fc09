/**
 * Layers of earlier builds, found again by what made them.
 *
 * <p>Owns the keys' framing, and the places that hold entries: a repository of a registry or a
 * folder. Knows nothing of Dockerfiles or sandboxes: what goes into a key is for others to say.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.cache;
