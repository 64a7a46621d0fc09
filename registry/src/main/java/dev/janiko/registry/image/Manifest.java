package dev.janiko.registry.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.json.JsonReader;
import dev.janiko.registry.json.JsonWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The manifest of one image: its config and its layers, beside the bytes that say so. */
public final class Manifest implements ImageDocument {
  /** What stands for the config of artifacts that have none. */
  public static final BlobSource NO_CONFIG =
      BlobSource.ofBytes(MediaTypes.OCI_EMPTY, "{}".getBytes(UTF_8));

  private static final Descriptor EMPTY = NO_CONFIG.descriptor();

  private final byte[] bytes;
  private final String mediaType;
  private final Digest digest;
  private final Descriptor config;
  private final List<Descriptor> layers;
  private final Map<String, String> annotations;
  private final Optional<Descriptor> subject;
  private final String artifactType;

  private Manifest(byte[] bytes, String mediaType, ObjectNode root) throws RegistryException {
    Optional<ObjectNode> configNode = Nodes.object(root, "config");
    if (configNode.isEmpty()) {
      throw RegistryException.invalid("malformed manifest: it names no config");
    }
    this.bytes = bytes;
    this.mediaType = mediaType;
    this.digest = Digest.sha256Of(bytes);
    this.config = Nodes.descriptor(configNode.get(), "manifest");
    this.layers = Nodes.descriptors(root, "layers", "manifest");
    this.annotations = Map.copyOf(Nodes.textMap(root, "annotations"));
    this.subject = Nodes.subject(root, "manifest");
    String artifact = Nodes.text(root, "artifactType");
    this.artifactType = artifact.isEmpty() ? config.mediaType() : artifact;
  }

  static Manifest read(ObjectNode root, String mediaType, byte[] owned) throws RegistryException {
    return new Manifest(owned, mediaType, root);
  }

  /**
   * Reads a manifest.
   *
   * @param servedAs the media type it came with, or empty if that is not known
   * @throws RegistryException if it is malformed or not the manifest of one image
   */
  public static Manifest parse(byte[] bytes, String servedAs) throws RegistryException {
    if (ImageDocument.parse(bytes, servedAs) instanceof Manifest manifest) {
      return manifest;
    }
    throw RegistryException.invalid("expected the manifest of one image, not an index");
  }

  /**
   * Makes a manifest as BuildKit writes it: indented by two spaces, {@code layers} null where there
   * are none.
   *
   * @param family whose media type the manifest gets; the descriptors are taken as they are
   */
  public static Manifest of(Family family, Descriptor config, List<Descriptor> layers) {
    return of(family, config, layers, Map.of());
  }

  /**
   * Makes a manifest with annotations, sorted by key.
   *
   * @param family whose media type the manifest gets; the descriptors are taken as they are
   */
  public static Manifest of(
      Family family, Descriptor config, List<Descriptor> layers, Map<String, String> annotations) {
    requireNonNull(config, "config is null");
    ObjectNode root = Nodes.object();
    root.put("schemaVersion", 2);
    root.put("mediaType", family.manifestType());
    root.set("config", Nodes.descriptor(config));
    if (layers.isEmpty()) {
      root.putNull("layers");
    } else {
      ArrayNode array = root.putArray("layers");
      layers.forEach(layer -> array.add(Nodes.descriptor(layer)));
    }
    if (!annotations.isEmpty()) {
      root.set("annotations", Nodes.textMap(annotations));
    }
    return made(root, family);
  }

  /**
   * Makes the manifest of an artifact that is about something else and has no config of its own
   * (OCI image-spec, artifacts).
   *
   * @param files what the artifact consists of, none if its annotations say all
   */
  public static Manifest artifact(
      String type, Descriptor subject, List<Descriptor> files, Map<String, String> annotations) {
    ObjectNode root = Nodes.object();
    root.put("schemaVersion", 2);
    root.put("mediaType", MediaTypes.OCI_MANIFEST);
    root.put("artifactType", type);
    root.set("config", Nodes.descriptor(EMPTY));
    ArrayNode layers = root.putArray("layers");
    (files.isEmpty() ? List.of(EMPTY) : files).forEach(file -> layers.add(Nodes.descriptor(file)));
    root.set("subject", Nodes.descriptor(subject));
    if (!annotations.isEmpty()) {
      root.set("annotations", Nodes.textMap(annotations));
    }
    return made(root, Family.OCI);
  }

  private static Manifest made(ObjectNode root, Family family) {
    try {
      return new Manifest(JsonWriter.indented(root), family.manifestType(), root);
    } catch (RegistryException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** This manifest in the names of the family; itself if they are its own already. */
  public Manifest as(Family family) throws RegistryException {
    if (mediaType.equals(family.manifestType())) {
      return this;
    }
    ObjectNode root = JsonReader.readObject(bytes, "manifest");
    root.put("mediaType", family.manifestType());
    if (MediaTypes.isConfig(config.mediaType())) {
      root.withObjectProperty("config").put("mediaType", family.configType());
    }
    for (ObjectNode layer : Nodes.objects(root, "layers")) {
      layer.put("mediaType", family.convertLayerType(Nodes.text(layer, "mediaType")));
    }
    return made(root, family);
  }

  /** This manifest with more annotations, which replace those of the same keys. */
  public Manifest withAnnotations(Map<String, String> more) throws RegistryException {
    if (more.isEmpty()) {
      return this;
    }
    ObjectNode root = JsonReader.readObject(bytes, "manifest");
    Map<String, String> all = new HashMap<>(annotations);
    all.putAll(more);
    root.set("annotations", Nodes.textMap(all));
    return made(root, family());
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public String mediaType() {
    return mediaType;
  }

  @Override
  public Digest digest() {
    return digest;
  }

  @Override
  public Descriptor descriptor() {
    return Descriptor.of(mediaType, digest, bytes.length);
  }

  /** The family it belongs to. */
  public Family family() {
    return Family.ofDocument(mediaType);
  }

  /** Where the config is. */
  public Descriptor config() {
    return config;
  }

  /** The layers, the lowest first. */
  public List<Descriptor> layers() {
    return layers;
  }

  @Override
  public Map<String, String> annotations() {
    return annotations;
  }

  @Override
  public Optional<Descriptor> subject() {
    return subject;
  }

  @Override
  public String artifactType() {
    return artifactType;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Manifest manifest
        && digest.equals(manifest.digest)
        && mediaType.equals(manifest.mediaType);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return "Manifest[" + digest + "]";
  }
}
