package dev.janiko.builder.stage;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.layer.Layer;
import dev.janiko.builder.layer.LayerWriter;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.sandbox.StageDiff;
import dev.janiko.builder.snapshot.Changes;
import dev.janiko.builder.snapshot.IgnoredPaths;
import dev.janiko.builder.snapshot.OverlayUpper;
import dev.janiko.builder.step.PendingLayer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Turns what steps changed into blobs, in the background and in order. An upper directory does not
 * change any more once its step is over, so the next step need not wait for it.
 */
public final class LayerQueue {
  private final LayerWriter writer;
  private final Executor executor;
  private final Consumer<Layer> finished;
  private final IgnoredPaths ignored;

  /**
   * Sets up a queue.
   *
   * @param writer writes blobs
   * @param executor runs the writing, one layer at a time
   * @param finished is told of each layer that is written, on the thread that wrote it
   * @param ignored paths that stay out of layers
   */
  public LayerQueue(
      LayerWriter writer, Executor executor, Consumer<Layer> finished, IgnoredPaths ignored) {
    this.writer = requireNonNull(writer, "writer is null");
    this.executor = requireNonNull(executor, "executor is null");
    this.finished = requireNonNull(finished, "finished is null");
    this.ignored = requireNonNull(ignored, "ignored is null");
  }

  /** Takes a layer that was not made by this build. */
  public void take(Layer layer) {
    finished.accept(layer);
  }

  /** A layer of what an overlay's upper directory holds. */
  public PendingLayer add(StageDiff.OverlayDiff diff) {
    return new PendingLayer(
        CompletableFuture.supplyAsync(() -> write(diff), executor)
            .whenComplete((layer, failure) -> {
              if (failure == null) {
                finished.accept(layer);
              }
            }));
  }

  /** A layer of changes in a tree that will change again; it is written before this returns. */
  public PendingLayer addNow(RootFs root, Changes changes) throws IOException {
    Layer layer = Layer.of(writer.write(root, ignored.without(changes)));
    finished.accept(layer);
    return PendingLayer.of(layer);
  }

  private Layer write(StageDiff.OverlayDiff diff) {
    try (RootFs root = RootFs.open(diff.upper())) {
      return Layer.of(
          writer.write(root, OverlayUpper.changes(diff.upper(), diff.lowers(), ignored)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
