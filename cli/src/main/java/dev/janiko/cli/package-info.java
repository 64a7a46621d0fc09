/**
 * The command line: flags in, progress and exit codes out.
 *
 * <p>Here is where the program starts, the tree of its commands, and those that tell of the program
 * itself. All other packages of the command line are used from here, and know nothing of it.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.cli;
