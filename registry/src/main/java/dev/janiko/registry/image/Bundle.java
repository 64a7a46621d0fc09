package dev.janiko.registry.image;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/**
 * A manifest or index with all that it names, so that it can be brought elsewhere byte for byte.
 *
 * @param document the manifest or index
 * @param blobs the blobs that a manifest names, the config among them; none for an index
 * @param children what an index names; none for a manifest
 */
public record Bundle(ImageDocument document, List<BlobSource> blobs, List<Bundle> children) {
  /** Makes the lists immutable. */
  public Bundle {
    requireNonNull(document, "document is null");
    blobs = List.copyOf(blobs);
    children = List.copyOf(children);
  }

  /** The bundle of one image. */
  public static Bundle of(Image image) {
    return new Bundle(image.manifest(), image.blobs(), List.of());
  }

  /** All blobs of this and of what it names. */
  public List<BlobSource> allBlobs() {
    List<BlobSource> all = new ArrayList<>(blobs);
    children.forEach(child -> all.addAll(child.allBlobs()));
    return List.copyOf(all);
  }

  /** The same content with a document that names it otherwise. */
  public Bundle withDocument(ImageDocument other) {
    return new Bundle(other, blobs, children);
  }
}
