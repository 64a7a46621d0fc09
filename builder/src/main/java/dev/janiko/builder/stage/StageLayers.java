package dev.janiko.builder.stage;

import dev.janiko.builder.linux.ExitStatus;
import dev.janiko.builder.plan.CopySource;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.sandbox.Command;
import dev.janiko.builder.sandbox.OutputSink;
import dev.janiko.builder.sandbox.UserLookup;
import dev.janiko.builder.step.ImageState;
import dev.janiko.builder.step.PendingLayer;
import dev.janiko.builder.step.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** When a stage's layers are made. Used by one thread. */
final class StageLayers implements Workspace {
  private static final int NONE = -1;

  private final Workspace files;
  private final When when;
  private boolean waiting;
  private int latest = NONE;

  /** When a layer is made. */
  enum When {
    /** After each step that works with files. */
    EACH_STEP,
    /** One for all of them when the last is over. */
    AT_END,
    /** Not at all: only the files are wanted. */
    NEVER
  }

  StageLayers(Workspace files, When when) {
    this.files = files;
    this.when = when;
  }

  @Override
  public RootFs root() throws IOException {
    return files.root();
  }

  @Override
  public UserLookup users() throws IOException {
    return files.users();
  }

  @Override
  public ExitStatus run(Command command, OutputSink output) throws IOException {
    return files.run(command, output);
  }

  @Override
  public boolean mounts() throws IOException {
    return files.mounts();
  }

  @Override
  public Path scratch() throws IOException {
    return files.scratch();
  }

  @Override
  public Optional<PendingLayer> commit() throws IOException {
    if (when == When.EACH_STEP) {
      return files.commit();
    }
    waiting = when == When.AT_END;
    return Optional.empty();
  }

  @Override
  public Source source(CopySource from) throws IOException {
    return files.source(from);
  }

  /** Remembers which line of the history stands for the step that changed files last. */
  void afterStep(ImageState state) {
    if (waiting) {
      waiting = false;
      latest = state.history().size() - 1;
    }
  }

  /** The stage's state with the layer that waited for its end. */
  ImageState atEnd(ImageState state) throws IOException {
    if (latest == NONE) {
      return state;
    }
    Optional<PendingLayer> layer = files.commit();
    return layer.isPresent() ? state.withLayerOf(latest, layer.get()) : state;
  }
}
