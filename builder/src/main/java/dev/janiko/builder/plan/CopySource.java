package dev.janiko.builder.plan;

import dev.janiko.registry.reference.ImageReference;

/** Where a {@code COPY} takes its files from. */
public sealed interface CopySource {
  /** The build context. */
  record Context() implements CopySource {}

  /**
   * The finished file system of an earlier stage.
   *
   * @param index its position in the file, from 0
   */
  record EarlierStage(int index) implements CopySource {}

  /**
   * The file system of an image that is no stage.
   *
   * @param reference the image, normalised
   */
  record Image(ImageReference reference) implements CopySource {}
}
