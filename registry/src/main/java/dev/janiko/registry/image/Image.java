package dev.janiko.registry.image;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One image, complete: its manifest, its config, and where its layers can be read.
 *
 * @param manifest the manifest
 * @param config the config that the manifest names
 * @param layers the layers, in the manifest's order
 */
public record Image(Manifest manifest, ImageConfig config, List<BlobSource> layers) {
  /**
   * Checks that the parts belong together.
   *
   * @throws IllegalArgumentException if they do not
   */
  public Image {
    requireNonNull(manifest, "manifest is null");
    requireNonNull(config, "config is null");
    layers = List.copyOf(layers);
    if (!manifest.config().digest().matches(config.bytes())) {
      throw new IllegalArgumentException("the manifest names another config");
    }
    List<Digest> named = manifest.layers().stream().map(Descriptor::digest).toList();
    List<Digest> given = layers.stream().map(layer -> layer.descriptor().digest()).toList();
    if (!named.equals(given)) {
      throw new IllegalArgumentException("the manifest names other layers");
    }
    if (given.size() != config.diffIds().size()) {
      throw new IllegalArgumentException(
          given.size() + " layers, but " + config.diffIds().size() + " diff ids in the config");
    }
  }

  /**
   * Makes the image of a config and its layers, with a manifest in BuildKit's form. Layers of the
   * other family get the media types of this one.
   *
   * @throws IllegalArgumentException if the config does not have one diff id for each layer
   */
  public static Image assemble(Family family, ImageConfig config, List<BlobSource> layers) {
    return assemble(family, config, layers, Map.of());
  }

  /**
   * Makes the image of a config and its layers, with a manifest in BuildKit's form that has
   * annotations. Layers of the other family get the media types of this one.
   *
   * @throws IllegalArgumentException if the config does not have one diff id for each layer
   */
  public static Image assemble(
      Family family, ImageConfig config, List<BlobSource> layers, Map<String, String> annotations) {
    List<BlobSource> converted = new ArrayList<>(layers.size());
    for (BlobSource layer : layers) {
      Descriptor descriptor = layer.descriptor();
      String type = family.convertLayerType(descriptor.mediaType());
      converted.add(
          type.equals(descriptor.mediaType()) ? layer : layer.as(descriptor.withMediaType(type)));
    }
    Manifest manifest =
        Manifest.of(
            family,
            Descriptor.of(family.configType(), config.bytes()),
            converted.stream().map(BlobSource::descriptor).toList(),
            annotations);
    return new Image(manifest, config, converted);
  }

  /** The digest of the manifest, by which registries know the image. */
  public Digest digest() {
    return manifest.digest();
  }

  /** The digest of the config, by which Docker's engine knows the image. */
  public Digest id() {
    return manifest.config().digest();
  }

  /** The config as a blob. */
  public BlobSource configBlob() {
    return BlobSource.ofBytes(manifest.config().mediaType(), config.bytes());
  }

  /** All blobs that the manifest names: the layers, then the config. */
  public List<BlobSource> blobs() {
    List<BlobSource> all = new ArrayList<>(layers);
    all.add(configBlob());
    return List.copyOf(all);
  }
}
