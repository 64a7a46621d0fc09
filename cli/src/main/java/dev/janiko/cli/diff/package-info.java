/** {@code janiko diff}: two images beside each other, wherever each of them is. */
@org.jspecify.annotations.NullMarked
package dev.janiko.cli.diff;
