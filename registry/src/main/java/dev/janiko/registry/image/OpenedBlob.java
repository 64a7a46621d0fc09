package dev.janiko.registry.image;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A blob made of its parts. */
record OpenedBlob(Descriptor descriptor, Opening opening, Optional<ImageReference> origin)
    implements BlobSource {
  OpenedBlob {
    requireNonNull(descriptor, "descriptor is null");
    requireNonNull(opening, "opening is null");
    requireNonNull(origin, "origin is null");
  }

  @Override
  public InputStream open() throws IOException {
    return opening.open();
  }
}
