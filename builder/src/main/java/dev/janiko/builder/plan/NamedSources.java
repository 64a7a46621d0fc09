package dev.janiko.builder.plan;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.reference.InvalidReferenceException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The sources that have names of their own, found by what a Dockerfile calls them. Immutable. */
final class NamedSources {
  private static final String PLATFORM = "::";

  private final Map<String, NamedSource> sources;
  private final Platform platform;

  /**
   * Takes the sources.
   *
   * @param platform the platform that images are for where nothing else is said
   */
  NamedSources(Map<String, NamedSource> named, Platform platform) {
    Map<String, NamedSource> normal = new HashMap<>();
    named.forEach((name, source) -> normal.put(key(name), source));
    this.sources = Map.copyOf(normal);
    this.platform = platform;
  }

  /** The source of a name, for a platform if there is one for it. */
  Optional<NamedSource> find(String name, Platform wanted) {
    if (sources.isEmpty()) {
      return Optional.empty();
    }
    String key = key(name);
    return Optional.ofNullable(sources.get(key + PLATFORM + wanted))
        .or(() -> Optional.ofNullable(sources.get(key)));
  }

  Optional<NamedSource> find(String name) {
    return find(name, platform);
  }

  /** The image that a source is, under the name that the build has for it. */
  static Optional<ImageChoice> image(NamedSource source, String name, Platform platform) {
    return switch (source) {
      case NamedSource.Folder _ -> Optional.empty();
      case NamedSource.Image image -> Optional.of(ImageChoice.of(image.reference(), platform));
      case NamedSource.Layout layout ->
          Optional.of(new ImageChoice(reference(name), platform, Optional.of(layout)));
    };
  }

  private static ImageReference reference(String name) {
    try {
      return ImageReference.parse(key(name));
    } catch (InvalidReferenceException e) {
      throw BuildException.of(
              Kind.DOCKERFILE,
              "the build context " + name + " cannot be an image: " + e.getMessage())
          .withHint("give it a name that an image can have");
    }
  }

  /** As images are called in short, without the tag that is meant anyway. */
  private static String key(String name) {
    int platform = name.indexOf(PLATFORM);
    if (platform >= 0) {
      return key(name.substring(0, platform)) + name.substring(platform);
    }
    String lower = name.toLowerCase(Locale.ROOT);
    try {
      String familiar = ImageReference.parse(lower).familiar();
      return familiar.endsWith(":latest")
          ? familiar.substring(0, familiar.length() - ":latest".length())
          : familiar;
    } catch (InvalidReferenceException e) {
      return lower;
    }
  }
}
