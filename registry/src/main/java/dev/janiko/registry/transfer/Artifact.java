package dev.janiko.registry.transfer;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Bundle;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Something to say about an image, such as a list of its parts, to be kept beside it.
 *
 * @param type what kind of artifact it is, a media type
 * @param files its files with their media types, in their order; none if the annotations say all
 * @param annotations notes
 */
public record Artifact(String type, Map<Path, String> files, Map<String, String> annotations) {
  private static final String TITLE = "org.opencontainers.image.title";
  private static final int BUFFER = 64 << 10;

  /** Checks the parts and makes the maps immutable. */
  public Artifact {
    requireNonNull(type, "type is null");
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    annotations = Map.copyOf(annotations);
  }

  /**
   * The artifact as something that can be pushed.
   *
   * @param subject the image that it is about
   * @throws IOException if a file cannot be read
   */
  Bundle about(Descriptor subject) throws IOException {
    List<BlobSource> blobs = new ArrayList<>();
    for (Map.Entry<Path, String> file : files.entrySet()) {
      blobs.add(blob(file.getKey(), file.getValue()));
    }
    Manifest manifest =
        Manifest.artifact(
            type, subject, blobs.stream().map(BlobSource::descriptor).toList(), annotations);
    blobs.add(Manifest.NO_CONFIG);
    return new Bundle(manifest, blobs, List.of());
  }

  private static BlobSource blob(Path file, String mediaType) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw RegistryException.invalid("no file: " + file);
    }
    MessageDigest hasher = Digest.sha256Hasher();
    byte[] buffer = new byte[BUFFER];
    long size = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hasher.update(buffer, 0, n);
        size += n;
      }
    }
    Map<String, String> title = Map.of(TITLE, String.valueOf(file.getFileName()));
    Descriptor descriptor =
        new Descriptor(mediaType, Digest.ofSha256(hasher), size, title, Optional.empty(), "");
    return BlobSource.ofFile(descriptor, file);
  }
}
