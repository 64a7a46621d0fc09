package dev.janiko.builder.cache;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.layer.Layer;
import java.time.Instant;
import java.util.Map;

/**
 * A layer as a cache keeps it.
 *
 * @param layer the layer
 * @param created when it was made
 * @param facts what else is known of how it was made, for whoever asks with its key
 */
public record CachedLayer(Layer layer, Instant created, Map<String, String> facts) {
  /** Makes the facts immutable. */
  public CachedLayer {
    requireNonNull(layer, "layer is null");
    requireNonNull(created, "created is null");
    facts = Map.copyOf(facts);
  }
}
