package dev.janiko.registry.client;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.Digest;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.Index;
import dev.janiko.registry.image.Manifest;
import dev.janiko.registry.reference.ImageReference;
import java.util.Optional;

/**
 * An image as a registry serves it, everything checked but its layers.
 *
 * @param reference the name it was asked for by
 * @param manifest the manifest for the platform
 * @param config its config
 * @param index the index it was chosen from, if the name leads to one
 */
public record ResolvedImage(
    ImageReference reference, Manifest manifest, ImageConfig config, Optional<Index> index) {
  /** Checks the parts. */
  public ResolvedImage {
    requireNonNull(reference, "reference is null");
    requireNonNull(manifest, "manifest is null");
    requireNonNull(config, "config is null");
    requireNonNull(index, "index is null");
  }

  /** The digest that the name leads to: the index's if there is one, else the manifest's. */
  public Digest digest() {
    return index.map(Index::digest).orElse(manifest.digest());
  }

  /** The image, its layers read from the registry when they are opened. */
  public Image image(RegistryClient client) {
    return new Image(
        manifest,
        config,
        manifest.layers().stream().map(layer -> client.remoteBlob(reference, layer)).toList());
  }
}
