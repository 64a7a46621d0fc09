/**
 * What carries builds out: this program's own builder, a Docker engine, or one after the other.
 *
 * <p>Options come in, events go out; the package shows nothing and knows no command.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.cli.runner;
