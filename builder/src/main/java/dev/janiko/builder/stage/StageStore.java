package dev.janiko.builder.stage;

import dev.janiko.builder.plan.CopySource;
import dev.janiko.builder.plan.ImageChoice;
import java.util.function.Function;

/** Gives each stage of a build its files. */
public interface StageStore {
  /** How a stage finds the files of the stages that it copies from. */
  interface Others extends Function<CopySource.EarlierStage, StageFiles> {}

  /** Files for a stage that starts from nothing. */
  StageFiles onNothing(String name, Others others);

  /** Files for a stage that starts from an image. */
  StageFiles onImage(String name, ImageChoice image, Others others);

  /** Files for a stage that goes on from a finished one. */
  StageFiles onStage(String name, FinishedStage parent, Others others);
}
