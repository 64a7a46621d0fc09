/**
 * The Dockerfile language: bytes to syntax tree, the tree back to text, and word expansion.
 *
 * <p>Owns what a Dockerfile means as text. Knows no files, no images and no build: everything here
 * is a pure function of its arguments, and every tree is immutable. Errors are {@link
 * dev.janiko.dockerfile.DockerfileException}, with the place in the text they are about.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.dockerfile;
