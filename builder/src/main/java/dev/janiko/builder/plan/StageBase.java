package dev.janiko.builder.plan;

/** What a stage starts from. */
public sealed interface StageBase {
  /** Nothing: {@code FROM scratch}. */
  record Scratch() implements StageBase {}

  /**
   * An image.
   *
   * @param choice which image
   */
  record Image(ImageChoice choice) implements StageBase {}

  /**
   * An earlier stage of the same Dockerfile.
   *
   * @param index its position in the file, from 0
   */
  record EarlierStage(int index) implements StageBase {}
}
