package dev.janiko.registry.client;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.RegistryException;
import dev.janiko.registry.RegistryException.Kind;
import dev.janiko.registry.Together;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Bundle;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.ImageDocument;
import dev.janiko.registry.image.Index;
import dev.janiko.registry.image.Manifest;
import dev.janiko.registry.image.MediaTypes;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Fetches what an index names, side by side; blobs are fetched when they are opened. */
final class BundlePull {
  private static final int MAX_NESTING = 3;
  private static final int WIDTH = 16;

  private final RegistryClient client;

  BundlePull(RegistryClient client) {
    this.client = requireNonNull(client, "client is null");
  }

  Bundle pull(ImageReference reference) throws IOException {
    return of(reference, client.document(reference), 0);
  }

  private Bundle of(ImageReference reference, ImageDocument document, int level)
      throws IOException {
    // Not a switch: the first one upon types takes the runtime longer than a request takes.
    if (document instanceof Index index) {
      return new Bundle(index, List.of(), children(reference, index, level));
    }
    return new Bundle(document, blobs(reference, (Manifest) document), List.of());
  }

  private List<BlobSource> blobs(ImageReference reference, Manifest manifest)
      throws RegistryException {
    List<BlobSource> blobs = new ArrayList<>();
    for (Descriptor layer : manifest.layers()) {
      if (MediaTypes.isForeignLayer(layer.mediaType())) {
        throw RegistryException.of(
                Kind.UNSUPPORTED,
                "layer " + layer.digest() + " is a foreign one, which registries do not hold")
            .host(reference.registry())
            .operation("pull " + reference)
            .build();
      }
      blobs.add(client.remoteBlob(reference, layer));
    }
    blobs.add(client.remoteBlob(reference, manifest.config()));
    return blobs;
  }

  private List<Bundle> children(ImageReference reference, Index index, int level)
      throws IOException {
    if (level == MAX_NESTING) {
      throw RegistryException.invalid("image " + reference + ": indexes are nested too deeply");
    }
    List<Callable<Bundle>> asked = new ArrayList<>();
    for (Descriptor entry : index.manifests()) {
      ImageReference child = reference.withDigest(entry.digest());
      asked.add(() -> of(child, client.document(child), level + 1));
    }
    return Together.run(WIDTH, asked);
  }
}
