package dev.janiko.builder.plan;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import java.util.Optional;

/**
 * Which image: its name, for which platform, and where.
 *
 * @param reference its name, normalised; of an image in a layout, what it is called in the build
 * @param platform chooses among an index's manifests
 * @param layout the layout that it is in; a registry has it if empty
 */
public record ImageChoice(
    ImageReference reference, Platform platform, Optional<NamedSource.Layout> layout) {
  /** Checks the parts. */
  public ImageChoice {
    requireNonNull(reference, "reference is null");
    requireNonNull(platform, "platform is null");
    requireNonNull(layout, "layout is null");
  }

  /** An image of a registry. */
  public static ImageChoice of(ImageReference reference, Platform platform) {
    return new ImageChoice(reference, platform, Optional.empty());
  }

  /** Where it is, for people. */
  public String shown() {
    return layout.map(place -> "oci-layout://" + place.folder()).orElse(reference.familiar());
  }
}
