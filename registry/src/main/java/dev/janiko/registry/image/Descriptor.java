package dev.janiko.registry.image;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.Digest;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What names a piece of content: its type, digest and size (OCI image-spec, descriptor.md).
 *
 * @param mediaType what the content is
 * @param digest the digest of its bytes
 * @param size its length in bytes
 * @param annotations notes about it, sorted by key
 * @param platform what it runs on, for the entries of an index
 * @param artifactType what kind of artifact it is, or empty
 */
public record Descriptor(
    String mediaType,
    Digest digest,
    long size,
    Map<String, String> annotations,
    Optional<Platform> platform,
    String artifactType) {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the size is negative
   */
  public Descriptor {
    requireNonNull(mediaType, "mediaType is null");
    requireNonNull(digest, "digest is null");
    requireNonNull(platform, "platform is null");
    requireNonNull(artifactType, "artifactType is null");
    annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
    if (size < 0) {
      throw new IllegalArgumentException("size of " + digest + " is negative: " + size);
    }
  }

  /** A descriptor without annotations. */
  public static Descriptor of(String mediaType, Digest digest, long size) {
    return new Descriptor(mediaType, digest, size, Map.of(), Optional.empty(), "");
  }

  /** The descriptor of the bytes, by their SHA-256. */
  public static Descriptor of(String mediaType, byte[] bytes) {
    return of(mediaType, Digest.sha256Of(bytes), bytes.length);
  }

  /** The same content under another media type. */
  public Descriptor withMediaType(String type) {
    return new Descriptor(type, digest, size, annotations, platform, artifactType);
  }

  /** The same content with these annotations and no others. */
  public Descriptor withAnnotations(Map<String, String> notes) {
    return new Descriptor(mediaType, digest, size, notes, platform, artifactType);
  }

  /** The same content, said to run on the platform. */
  public Descriptor withPlatform(Platform value) {
    return new Descriptor(mediaType, digest, size, annotations, Optional.of(value), artifactType);
  }

  /** The same content, said to be an artifact of the type. */
  public Descriptor withArtifactType(String type) {
    return new Descriptor(mediaType, digest, size, annotations, platform, type);
  }
}
