package dev.janiko.builder.base;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.plan.ImageChoice;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.Manifest;

/**
 * An image that was found, everything checked but its layers.
 *
 * @param choice what was asked for
 * @param image the image, its layers read when they are opened
 */
public record BaseImage(ImageChoice choice, Image image) {
  /** Checks the parts. */
  public BaseImage {
    requireNonNull(choice, "choice is null");
    requireNonNull(image, "image is null");
  }

  /** The image's config. */
  public ImageConfig config() {
    return image.config();
  }

  /** The image's manifest. */
  public Manifest manifest() {
    return image.manifest();
  }
}
