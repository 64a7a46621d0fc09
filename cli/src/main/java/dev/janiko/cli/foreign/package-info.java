/**
 * Flags and variables of other builders, Kaniko's and docker's, that need no code here: what each
 * asks for is so anyway, or is refused with the reason.
 *
 * <p>The package knows no command; those with an effect are flags like any other.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.cli.foreign;
