package dev.janiko.builder.plan;

import java.nio.file.Path;

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
   * @param choice which image
   */
  record Image(ImageChoice choice) implements CopySource {}

  /**
   * A folder that was given a name.
   *
   * @param path where it is
   */
  record Folder(Path path) implements CopySource {}
}
