package dev.janiko.builder.compare;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.Digest;
import dev.janiko.registry.image.HistoryEntry;
import dev.janiko.registry.image.ImageConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An image that was read to its end, ready to be compared.
 *
 * @param name the image for people
 * @param config its config
 * @param annotations its manifest's annotations
 * @param layers its layers, the lowest first
 */
public record IndexedImage(
    String name, ImageConfig config, Map<String, String> annotations, List<IndexedLayer> layers) {
  /** Keeps its own copies. */
  public IndexedImage {
    requireNonNull(name, "name is null");
    requireNonNull(config, "config is null");
    annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
    layers = List.copyOf(layers);
  }

  /** The digest of the config, by which engines know the image. */
  public Digest id() {
    return Digest.sha256Of(config.bytes());
  }

  /** The bytes of all layers as they are stored. */
  public long size() {
    return layers.stream().mapToLong(layer -> layer.blob().size()).sum();
  }

  /** What made each layer, as the history has it; empty where it says nothing. */
  public List<String> instructions() {
    List<String> made = new ArrayList<>();
    for (HistoryEntry entry : config.history()) {
      if (!entry.emptyLayer() && made.size() < layers.size()) {
        made.add(entry.createdBy());
      }
    }
    while (made.size() < layers.size()) {
      made.add("");
    }
    return List.copyOf(made);
  }
}
