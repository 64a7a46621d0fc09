package dev.janiko.builder.compare;

import java.util.Collections;
import java.util.SortedMap;

/**
 * What a layer does to the layers below it. Entries that only repeat what is there already have no
 * effect.
 *
 * @param changes what becomes of each path that it touches
 * @param bytes the bytes of files that it brings
 */
public record LayerEffect(SortedMap<String, Effect> changes, long bytes) {
  /** Makes the map immutable, which is not copied: it may be large. */
  public LayerEffect {
    changes = Collections.unmodifiableSortedMap(changes);
  }

  /** What becomes of a path. */
  public enum Effect {
    /** It was not there. */
    ADDED,
    /** It was there and was another. */
    CHANGED,
    /** It is not there any more. */
    REMOVED
  }
}
