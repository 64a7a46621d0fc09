package dev.janiko.builder.cache;

import java.io.IOException;
import java.util.Optional;

/** A place that keeps layers by their keys. Implementations are safe for use by threads. */
public interface LayerCache {
  /** What to call the place in messages. */
  String name();

  /**
   * Looks a layer up. What is found is whole: its blob is there.
   *
   * @return the layer, or nothing if the place has none under the key
   * @throws IOException if the place cannot be asked
   */
  Optional<CachedLayer> find(CacheKey key) throws IOException;

  /**
   * Keeps a layer, in place of what the key named before.
   *
   * @throws IOException if the place does not take it; then what it had is still there
   */
  void keep(CacheKey key, CachedLayer layer) throws IOException;
}
