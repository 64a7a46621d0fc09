/** A Dockerfile and a context become an image. */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder;
