/**
 * Copying files from one root file system into another as {@code COPY} does: which sources a
 * pattern names, where each lands, and with which owner, mode and time.
 *
 * <p>Knows directories and patterns; knows nothing of instructions, stages and layers.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.copy;
