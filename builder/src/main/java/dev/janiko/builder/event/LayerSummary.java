package dev.janiko.builder.event;

import static java.util.Objects.requireNonNull;

/**
 * A layer of a finished image.
 *
 * @param digest the digest of the (compressed) blob, such as {@code sha256:…}
 * @param size the blob's size in bytes
 * @param inherited whether it came from the base image
 */
public record LayerSummary(String digest, long size, boolean inherited) {
  /** Checks the parts. */
  public LayerSummary {
    requireNonNull(digest, "digest is null");
  }
}
