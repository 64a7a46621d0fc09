package dev.janiko.builder.step;

import dev.janiko.builder.layer.Layer;
import java.util.concurrent.CompletableFuture;

/**
 * A layer that a step made; it may still be on its way into a blob while later steps run.
 *
 * @param written the layer once it is written; fails as the writing did
 */
public record PendingLayer(CompletableFuture<Layer> written) {
  /** A layer that is there already. */
  public static PendingLayer of(Layer layer) {
    return new PendingLayer(CompletableFuture.completedFuture(layer));
  }
}
