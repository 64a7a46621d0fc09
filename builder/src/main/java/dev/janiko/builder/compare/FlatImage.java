package dev.janiko.builder.compare;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/**
 * The file system that an image's layers make together.
 *
 * @param entries what is at each path, raw
 * @param effects what each layer did, the lowest first
 * @param wasted files that are in layers but not in the file system
 */
public record FlatImage(
    SortedMap<String, FlatEntry> entries, List<LayerEffect> effects, List<WastedFile> wasted) {
  /** Makes the parts immutable. */
  public FlatImage {
    entries = Collections.unmodifiableSortedMap(entries);
    effects = List.copyOf(effects);
    wasted = List.copyOf(wasted);
  }

  /**
   * Lays an image's layers over each other.
   *
   * @throws IOException if a layer cannot be laid over those below it
   */
  public static FlatImage of(IndexedImage image) throws IOException {
    Flattener flattener = new Flattener();
    for (IndexedLayer layer : image.layers()) {
      flattener.lay(layer.index());
    }
    return flattener.result();
  }
}
