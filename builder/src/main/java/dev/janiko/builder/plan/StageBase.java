package dev.janiko.builder.plan;

import dev.janiko.registry.reference.ImageReference;

/** What a stage starts from. */
public sealed interface StageBase {
  /** Nothing: {@code FROM scratch}. */
  record Scratch() implements StageBase {}

  /**
   * An image.
   *
   * @param reference the image, normalised
   */
  record Image(ImageReference reference) implements StageBase {}

  /**
   * An earlier stage of the same Dockerfile.
   *
   * @param index its position in the file, from 0
   */
  record EarlierStage(int index) implements StageBase {}
}
