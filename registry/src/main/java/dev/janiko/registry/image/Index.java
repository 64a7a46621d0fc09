package dev.janiko.registry.image;

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

/** An index of images for several platforms, beside the bytes that say so. */
public final class Index implements ImageDocument {
  private final byte[] bytes;
  private final String mediaType;
  private final Digest digest;
  private final List<Descriptor> manifests;
  private final Map<String, String> annotations;
  private final Optional<Descriptor> subject;
  private final String artifactType;

  private Index(byte[] bytes, String mediaType, ObjectNode root) throws RegistryException {
    this.bytes = bytes;
    this.mediaType = mediaType;
    this.digest = Digest.sha256Of(bytes);
    this.manifests = Nodes.descriptors(root, "manifests", "index");
    this.annotations = Map.copyOf(Nodes.textMap(root, "annotations"));
    this.subject = Nodes.subject(root, "index");
    this.artifactType = Nodes.text(root, "artifactType");
  }

  static Index read(ObjectNode root, String mediaType, byte[] owned) throws RegistryException {
    return new Index(owned, mediaType, root);
  }

  /**
   * Reads an index.
   *
   * @param servedAs the media type it came with, or empty if that is not known
   * @throws RegistryException if it is malformed or not an index
   */
  public static Index parse(byte[] bytes, String servedAs) throws RegistryException {
    if (ImageDocument.parse(bytes, servedAs) instanceof Index index) {
      return index;
    }
    throw RegistryException.invalid("expected an index, not the manifest of one image");
  }

  /** Makes an index of the family, indented by two spaces. */
  public static Index of(Family family, List<Descriptor> manifests) {
    return of(family, manifests, Map.of());
  }

  /** Makes an index of the family with annotations, indented by two spaces. */
  public static Index of(
      Family family, List<Descriptor> manifests, Map<String, String> annotations) {
    ObjectNode root = Nodes.object();
    root.put("schemaVersion", 2);
    root.put("mediaType", family.indexType());
    ArrayNode array = root.putArray("manifests");
    manifests.forEach(manifest -> array.add(Nodes.descriptor(manifest)));
    if (!annotations.isEmpty()) {
      root.set("annotations", Nodes.textMap(annotations));
    }
    return made(root, family);
  }

  /**
   * This index in the names of the family, its entries replaced one by one; what else an entry says
   * stays.
   *
   * @throws IllegalArgumentException if there are not as many
   */
  public Index as(Family family, List<Descriptor> entries) throws RegistryException {
    ObjectNode root = JsonReader.readObject(bytes, "index");
    root.put("mediaType", family.indexType());
    List<ObjectNode> nodes = Nodes.objects(root, "manifests");
    if (nodes.size() != entries.size()) {
      throw new IllegalArgumentException(nodes.size() + " entries, not " + entries.size());
    }
    for (int i = 0; i < entries.size(); i++) {
      nodes.get(i).put("mediaType", entries.get(i).mediaType());
      nodes.get(i).put("digest", entries.get(i).digest().toString());
      nodes.get(i).put("size", entries.get(i).size());
    }
    return made(root, family);
  }

  /** This index with more annotations, which replace those of the same keys. */
  public Index withAnnotations(Map<String, String> more) throws RegistryException {
    if (more.isEmpty()) {
      return this;
    }
    ObjectNode root = JsonReader.readObject(bytes, "index");
    Map<String, String> all = new HashMap<>(annotations);
    all.putAll(more);
    root.set("annotations", Nodes.textMap(all));
    return made(root, Family.ofDocument(mediaType));
  }

  private static Index made(ObjectNode root, Family family) {
    try {
      return new Index(JsonWriter.indented(root), family.indexType(), root);
    } catch (RegistryException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /**
   * The entry that runs best on the platform. Entries that say no platform count only if there is
   * no other choice and they are the only one.
   */
  public Optional<Descriptor> select(Platform wanted) {
    for (Platform platform : wanted.runnable()) {
      for (Descriptor manifest : manifests) {
        if (manifest.platform().equals(Optional.of(platform))) {
          return Optional.of(manifest);
        }
      }
    }
    boolean alone = manifests.size() == 1 && manifests.getFirst().platform().isEmpty();
    return alone ? Optional.of(manifests.getFirst()) : Optional.empty();
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

  /** The entries, in their order. */
  public List<Descriptor> manifests() {
    return manifests;
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
    return other instanceof Index index
        && digest.equals(index.digest)
        && mediaType.equals(index.mediaType);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return "Index[" + digest + "]";
  }
}
