/**
 * What a step changed in a root file system, found without reading contents.
 *
 * <p>Either by comparing two walks of the same tree, or by reading the upper directory of an
 * overlay. Knows neither archives nor steps.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.snapshot;
