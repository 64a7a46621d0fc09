package dev.janiko.registry.transfer;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.image.Bundle;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.ImageDocument;
import dev.janiko.registry.image.Index;
import dev.janiko.registry.image.Manifest;
import dev.janiko.registry.image.MediaTypes;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.json.JsonReader;
import dev.janiko.registry.json.JsonWriter;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is at a place, for people and scripts to look at. */
public final class Inspection {
  private final ImagePlace place;
  private final ImageDocument document;
  private final Optional<ImageConfig> config;

  private Inspection(ImagePlace place, ImageDocument document, Optional<ImageConfig> config) {
    this.place = requireNonNull(place, "place is null");
    this.document = requireNonNull(document, "document is null");
    this.config = config;
  }

  /**
   * Looks.
   *
   * @param platform the part of an index to look at
   * @throws IOException if there is nothing, or it is not usable
   */
  public static Inspection of(ImageTransfer transfer, ImagePlace place, Optional<Platform> platform)
      throws IOException {
    ImageDocument document = transfer.document(place, platform);
    Optional<ImageConfig> config = Optional.empty();
    boolean image =
        document instanceof Manifest manifest && MediaTypes.isConfig(manifest.config().mediaType());
    if (image) {
      Bundle bundle =
          transfer.open(
              pinned(place, document),
              new ImageTransfer.Change(
                  place instanceof ImagePlace.Remote ? Optional.empty() : platform,
                  Optional.empty(),
                  Map.of()));
      config = Optional.of(ImageTransfer.config(bundle));
    }
    return new Inspection(place, document, config);
  }

  private static ImagePlace pinned(ImagePlace place, ImageDocument document) {
    return place instanceof ImagePlace.Remote(ImageReference reference)
        ? new ImagePlace.Remote(reference.withDigest(document.digest()))
        : place;
  }

  /** The manifest or index, byte for byte. */
  public byte[] document() {
    return document.bytes();
  }

  /**
   * The image's config, byte for byte.
   *
   * @throws IOException if it is no single image
   */
  public byte[] config() throws IOException {
    return config
        .orElseThrow(() ->
            RegistryException.of(
                    RegistryException.Kind.UNSUPPORTED, place + " is not one container image")
                .hint("choose one with --platform")
                .build())
        .bytes();
  }

  /**
   * All of it as JSON, indented.
   *
   * @throws IOException if the config is malformed
   */
  public byte[] json() throws IOException {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("name", place.toString());
    root.put("digest", document.digest().toString());
    root.put("mediaType", document.mediaType());
    switch (document) {
      case Index index -> {
        index.annotations().forEach(root.withObjectProperty("annotations")::put);
        entries(root.putArray("manifests"), index.manifests());
      }
      case Manifest manifest -> {
        manifest.annotations().forEach(root.withObjectProperty("annotations")::put);
        if (config.isPresent()) {
          root.put("platform", config.get().platform().toString());
          ObjectNode tree = JsonReader.readObject(config.get().bytes(), "config");
          for (String key : List.of("created", "author", "config", "history")) {
            if (tree.has(key)) {
              root.set(key, tree.get(key));
            }
          }
        }
        root.put("size", manifest.layers().stream().mapToLong(Descriptor::size).sum());
        entries(root.putArray("layers"), manifest.layers());
      }
    }
    return JsonWriter.indented(root);
  }

  /** Descriptors as JSON, indented. */
  public static byte[] json(List<Descriptor> descriptors) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    entries(root.putArray("referrers"), descriptors);
    return JsonWriter.indented(root);
  }

  private static void entries(ArrayNode array, List<Descriptor> descriptors) {
    for (Descriptor descriptor : descriptors) {
      ObjectNode entry = array.addObject();
      entry.put("digest", descriptor.digest().toString());
      entry.put("mediaType", descriptor.mediaType());
      entry.put("size", descriptor.size());
      if (!descriptor.artifactType().isEmpty()) {
        entry.put("artifactType", descriptor.artifactType());
      }
      descriptor.platform().ifPresent(platform -> entry.put("platform", platform.toString()));
      if (!descriptor.annotations().isEmpty()) {
        descriptor.annotations().forEach(entry.putObject("annotations")::put);
      }
    }
  }
}
