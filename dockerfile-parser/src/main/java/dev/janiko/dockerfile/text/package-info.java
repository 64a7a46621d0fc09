/**
 * Small pieces of text work that Dockerfiles inherit from the Go programs that first read them:
 * quoting, durations, suggestions, signals, ports.
 *
 * <p>Knows nothing of Dockerfiles. Everything is a pure function.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.dockerfile.text;
