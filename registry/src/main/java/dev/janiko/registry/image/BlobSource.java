package dev.janiko.registry.image;

import dev.janiko.registry.reference.ImageReference;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A blob that can be read as often as needed. Implementations are safe for use by threads. */
public interface BlobSource {
  /** What the blob is. */
  Descriptor descriptor();

  /**
   * Opens the blob from its first byte.
   *
   * @throws IOException if it cannot be read
   */
  InputStream open() throws IOException;

  /** The repository in which a registry already holds the blob, if there is one. */
  default Optional<ImageReference> origin() {
    return Optional.empty();
  }

  /** The blob of the bytes. */
  static BlobSource ofBytes(String mediaType, byte[] bytes) {
    byte[] owned = bytes.clone();
    return of(Descriptor.of(mediaType, owned), () -> new ByteArrayInputStream(owned));
  }

  /** The blob that the file holds; the file must not change as long as the source is used. */
  static BlobSource ofFile(Descriptor descriptor, Path file) {
    return of(descriptor, () -> Files.newInputStream(file));
  }

  /** The blob that is opened so. */
  static BlobSource of(Descriptor descriptor, Opening opening) {
    return new OpenedBlob(descriptor, opening, Optional.empty());
  }

  /** This blob, known to be held in the repository too. */
  default BlobSource heldIn(ImageReference repository) {
    return new OpenedBlob(descriptor(), this::open, Optional.of(repository));
  }

  /** This blob under another descriptor of the same content. */
  default BlobSource as(Descriptor other) {
    return new OpenedBlob(other, this::open, origin());
  }

  /** How a blob is opened. */
  @FunctionalInterface
  interface Opening {
    /** Opens the blob from its first byte. */
    InputStream open() throws IOException;
  }
}
