package dev.janiko.builder.stage;

import dev.janiko.builder.layer.Layer;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.step.PendingLayer;
import dev.janiko.builder.step.Workspace;
import java.io.IOException;

/** A stage's files: while its steps run, and after for those that copy from it or go on from it. */
public interface StageFiles extends Workspace {
  /** The finished stage, to copy from. */
  RootFs finished() throws IOException;

  /**
   * Takes what another build's step made of the same files as the next layer. It is not fetched
   * before the stage's files are needed.
   */
  PendingLayer adopt(Layer layer) throws IOException;

  /** Called when the last step is over and others may use the stage. */
  void finish() throws IOException;
}
