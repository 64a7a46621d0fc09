package dev.janiko.builder;

import dev.janiko.registry.Digest;
import java.util.List;

/**
 * What a build made.
 *
 * @param digest the digest of the image's manifest
 * @param places where the image is now, for people
 */
public record BuildResult(Digest digest, List<String> places) {
  /** Makes the list immutable. */
  public BuildResult {
    places = List.copyOf(places);
  }
}
