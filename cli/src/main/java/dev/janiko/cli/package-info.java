/** The command line: flags in, progress and exit codes out. */
@org.jspecify.annotations.NullMarked
package dev.janiko.cli;
