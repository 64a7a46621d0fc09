/**
 * What each instruction does: an {@link dev.janiko.builder.step.ImageState} in, an {@code
 * ImageState} out; steps that touch files work on the stage's root file system.
 *
 * <p>Knows sandboxes and root file systems through their interfaces; knows nothing of registries
 * and outputs.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.step;
