package dev.janiko.builder.compare;

import dev.janiko.registry.Digest;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Image;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads images into indexes. A layer that an earlier image of this indexer had is not read again.
 * Used by one thread.
 */
public final class ImageIndexer {
  private final Map<Digest, LayerIndex> known = new HashMap<>();

  /** An indexer that knows no layer yet. */
  public ImageIndexer() {}

  /**
   * Reads an image whose layers are blobs, one after another.
   *
   * @param name the image for people
   * @throws IOException if a layer cannot be read, or is not the one that the config names
   */
  public IndexedImage index(String name, Image image) throws IOException {
    List<IndexedLayer> layers = new ArrayList<>();
    for (int i = 0; i < image.layers().size(); i++) {
      BlobSource blob = image.layers().get(i);
      Digest diffId = image.config().diffIds().get(i);
      LayerIndex index = known.get(diffId);
      if (index == null) {
        index = read(name, i + 1, blob);
        DiffIds.check(name, i + 1, diffId, index);
        known.put(diffId, index);
      }
      layers.add(new IndexedLayer(blob.descriptor(), index));
    }
    return new IndexedImage(name, image.config(), image.manifest().annotations(), layers);
  }

  private static LayerIndex read(String name, int number, BlobSource blob) throws IOException {
    try (InputStream in = blob.open()) {
      return LayerIndex.read(in);
    } catch (IOException e) {
      throw new IOException("layer " + number + " of " + name + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads an image out of a docker archive, as {@code docker save} writes it, from its first byte
   * to its last.
   *
   * @param name the image for people
   * @param archive the archive; not closed
   * @throws IOException if it cannot be read, or does not hold one whole image
   */
  public IndexedImage index(String name, InputStream archive) throws IOException {
    IndexedImage image = new ArchiveIndexing(name).read(archive);
    List<IndexedLayer> shared = new ArrayList<>();
    for (IndexedLayer layer : image.layers()) {
      LayerIndex same = known.putIfAbsent(layer.index().diffId(), layer.index());
      shared.add(same == null ? layer : new IndexedLayer(layer.blob(), same));
    }
    return new IndexedImage(image.name(), image.config(), image.annotations(), shared);
  }
}
