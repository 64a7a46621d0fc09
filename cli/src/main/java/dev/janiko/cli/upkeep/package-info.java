/**
 * The caches and stores that builds share: filled before builds, and kept small after them.
 *
 * <p>The package knows where they are and what goes; it runs no build.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.cli.upkeep;
