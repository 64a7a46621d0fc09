package dev.janiko.builder.stage;

import dev.janiko.builder.plan.CopySource;
import dev.janiko.builder.plan.ImageChoice;
import java.util.function.Function;

/** Gives each stage of a build its files. */
public interface StageStore {
  /** How a stage finds the files of the stages that it copies from. */
  interface Others extends Function<CopySource.EarlierStage, StageFiles> {}

  /**
   * A stage to come.
   *
   * @param name for people
   * @param layered whether its steps are to leave layers; if not, {@link StageFiles#commit} is
   *     never called
   */
  record Coming(String name, boolean layered) {}

  /** Files for a stage that starts from nothing. */
  StageFiles onNothing(Coming stage, Others others);

  /** Files for a stage that starts from an image. */
  StageFiles onImage(Coming stage, ImageChoice image, Others others);

  /** Files for a stage that goes on from a finished one. */
  StageFiles onStage(Coming stage, FinishedStage parent, Others others);
}
