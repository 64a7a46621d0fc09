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

/**
 * When a stage's layers are made: one after each step that works with files, or one for all of them
 * when the last is over. Used by one thread.
 */
final class StageLayers implements Workspace {
  private static final int NONE = -1;

  private final Workspace files;
  private final boolean single;
  private boolean waiting;
  private int latest = NONE;

  StageLayers(Workspace files, boolean single) {
    this.files = files;
    this.single = single;
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
    if (!single) {
      return files.commit();
    }
    waiting = true;
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
