package dev.janiko.registry.image;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.RegistryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

  /**
   * The same content in the names of the family, everything below it, too.
   *
   * @throws RegistryException if a document is malformed
   */
  public Bundle as(Family family) throws RegistryException {
    return switch (document) {
      case Manifest manifest -> withDocument(manifest.as(family));
      case Index index -> {
        List<Bundle> converted = new ArrayList<>();
        List<Descriptor> entries = new ArrayList<>();
        for (Bundle child : children) {
          Bundle one = child.as(family);
          converted.add(one);
          entries.add(one.document().descriptor());
        }
        yield new Bundle(index.as(family, entries), List.of(), converted);
      }
    };
  }

  /**
   * The same content with more annotations of the topmost document.
   *
   * @throws RegistryException if that is docker's, which knows none
   */
  public Bundle withAnnotations(Map<String, String> annotations) throws RegistryException {
    if (annotations.isEmpty()) {
      return this;
    }
    if (Family.ofDocument(document.mediaType()) == Family.DOCKER) {
      throw RegistryException.of(
              RegistryException.Kind.UNSUPPORTED, "images in docker's format have no annotations")
          .hint("convert it with --image-format oci")
          .build();
    }
    return switch (document) {
      case Manifest manifest -> withDocument(manifest.withAnnotations(annotations));
      case Index index -> withDocument(index.withAnnotations(annotations));
    };
  }

  /**
   * The part of an index that runs best on the platform; itself if it is no index.
   *
   * @throws RegistryException if there is none
   */
  public Bundle select(Platform platform) throws RegistryException {
    Bundle found = this;
    while (found.document instanceof Index index) {
      Descriptor entry =
          index
              .select(platform)
              .orElseThrow(() ->
                  RegistryException.of(RegistryException.Kind.NOT_FOUND, "no image for " + platform)
                      .hint("choose another platform")
                      .build());
      found =
          found.children.stream()
              .filter(child -> child.document.digest().equals(entry.digest()))
              .findFirst()
              .orElseThrow();
    }
    return found;
  }

  /** The same content with a document that names it otherwise. */
  public Bundle withDocument(ImageDocument other) {
    return new Bundle(other, blobs, children);
  }
}
