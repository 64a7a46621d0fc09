/**
 * One call of the program: what is around it, how it ends, and how it is told that it was called
 * wrongly.
 *
 * <p>All commands know this package; it knows none of them.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.cli.invocation;
