/**
 * A Docker engine: where it is, what it is asked by its HTTP API, builds that it carries out.
 *
 * <p>A client of the few calls that are needed, over the JDK's own sockets. The package knows
 * nothing of how Janiko itself builds, and it prints nothing.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.docker;
