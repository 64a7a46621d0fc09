package dev.janiko.registry.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.json.JsonReader;
import dev.janiko.registry.json.JsonWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The config of an image: platform, history, diff ids, and how its containers run.
 *
 * <p>A view on the JSON document: unknown fields survive every change, and a config that was not
 * changed keeps its bytes. A changed one is written as BuildKit does: one line, keys sorted at the
 * top, {@code diff_ids} and {@code history} null where there are none. Immutable; each {@code
 * with…} method answers a changed copy.
 */
public final class ImageConfig {
  /** The largest config that is read, in bytes. */
  public static final int MAX_BYTES = 4 << 20;

  private static final String ROOTFS = "rootfs";
  private static final String DIFF_IDS = "diff_ids";
  private static final String HISTORY = "history";
  private static final String CONFIG = "config";

  /** What only docker's classic builder leaves in a config; it does not describe the image. */
  private static final List<String> CLASSIC_LEFTOVERS =
      List.of("container", "container_config", "docker_version", "id", "parent", "throwaway");

  private final ObjectNode root;
  private final RunConfig run;
  private final List<Digest> diffIds;
  private final byte[] bytes;

  private ImageConfig(ObjectNode root, byte[] bytes) throws RegistryException {
    Optional<ObjectNode> config = Nodes.object(root, CONFIG);
    this.root = root;
    this.run = config.isPresent() ? RunConfig.read(config.get()) : RunConfig.empty();
    this.diffIds = readDiffIds(root);
    this.bytes = bytes;
    for (String key : List.of("architecture", "os", "variant", "author")) {
      Nodes.text(root, key);
    }
    if (!Nodes.text(root, "created").isEmpty()) {
      Rfc3339.parse(Nodes.text(root, "created"), "image config");
    }
    readHistory(root);
  }

  /**
   * Reads a config.
   *
   * @throws RegistryException if it is malformed or larger than {@link #MAX_BYTES}
   */
  public static ImageConfig parse(byte[] bytes) throws RegistryException {
    if (bytes.length > MAX_BYTES) {
      throw RegistryException.invalid("image config is larger than " + MAX_BYTES + " bytes");
    }
    return new ImageConfig(JsonReader.readObject(bytes, "image config"), bytes.clone());
  }

  /** The config of an image of nothing: a platform, no layers, no history. */
  public static ImageConfig empty(Platform platform) {
    ObjectNode root = Nodes.object();
    root.set(CONFIG, Nodes.object());
    root.putObject(ROOTFS).put("type", "layers");
    return made(root).withPlatform(platform);
  }

  /** What its containers run on. */
  public Platform platform() {
    return new Platform(text("os"), text("architecture"), text("variant"));
  }

  /** When the image was made. */
  public Optional<Instant> created() {
    String created = text("created");
    try {
      return created.isEmpty()
          ? Optional.empty()
          : Optional.of(Rfc3339.parse(created, "image config"));
    } catch (RegistryException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Who made it, or empty. */
  public String author() {
    return text("author");
  }

  /** How its containers run. */
  public RunConfig run() {
    return run;
  }

  /** The digests of the layers' tars, uncompressed, the lowest first. */
  public List<Digest> diffIds() {
    return diffIds;
  }

  /** The steps that made it, the first one first. */
  public List<HistoryEntry> history() {
    try {
      return readHistory(root);
    } catch (RegistryException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The document: the bytes it was read from, or those it would be written as; a copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** A copy for the platform. */
  public ImageConfig withPlatform(Platform platform) {
    ObjectNode copy = root.deepCopy();
    copy.put("architecture", platform.architecture());
    copy.put("os", platform.os());
    if (platform.variant().isEmpty()) {
      copy.remove("variant");
    } else {
      copy.put("variant", platform.variant());
    }
    return made(copy);
  }

  /** A copy made at the time. */
  public ImageConfig withCreated(Instant time) {
    ObjectNode copy = root.deepCopy();
    copy.put("created", Rfc3339.format(time));
    return made(copy);
  }

  /** A copy made by the author; empty takes the author away. */
  public ImageConfig withAuthor(String author) {
    ObjectNode copy = root.deepCopy();
    if (author.isEmpty()) {
      copy.remove("author");
    } else {
      copy.put("author", author);
    }
    return made(copy);
  }

  /** A copy whose containers run so. */
  public ImageConfig withRun(RunConfig value) {
    ObjectNode copy = root.deepCopy();
    copy.set(CONFIG, requireNonNull(value, "value is null").canonical().deepCopy());
    return made(copy);
  }

  /** A copy with these layers and no others. */
  public ImageConfig withDiffIds(List<Digest> ids) {
    ObjectNode copy = root.deepCopy();
    List<String> texts = ids.stream().map(Digest::toString).toList();
    rootfs(copy).set(DIFF_IDS, Nodes.array(texts));
    return made(copy);
  }

  /** A copy with this history and no other. */
  public ImageConfig withHistory(List<HistoryEntry> entries) {
    ObjectNode copy = root.deepCopy();
    copy.remove(HISTORY);
    append(copy, entries);
    return made(copy);
  }

  /** A copy with the steps after its own, which stay as they were written. */
  public ImageConfig withMoreHistory(List<HistoryEntry> entries) {
    ObjectNode copy = root.deepCopy();
    append(copy, entries);
    return made(copy);
  }

  /** A copy with one layer more on top. */
  public ImageConfig withLayer(Digest diffId) {
    List<Digest> ids = new ArrayList<>(diffIds);
    ids.add(diffId);
    return withDiffIds(ids);
  }

  /**
   * What a build upon this image begins with: without the fields of docker's classic builder that
   * describe the container it used and not the image.
   */
  public ImageConfig asBase() {
    ObjectNode copy = root.deepCopy();
    copy.remove(CLASSIC_LEFTOVERS);
    return made(copy).withRun(run.withoutOtherFields());
  }

  private static void append(ObjectNode root, List<HistoryEntry> entries) {
    JsonNode old = Nodes.get(root, HISTORY);
    ArrayNode history = old instanceof ArrayNode array ? array : root.putArray(HISTORY);
    entries.forEach(entry -> history.add(entry.node()));
  }

  private static ObjectNode rootfs(ObjectNode root) {
    if (root.get(ROOTFS) instanceof ObjectNode object) {
      return object;
    }
    return root.putObject(ROOTFS).put("type", "layers");
  }

  private static ImageConfig made(ObjectNode changed) {
    try {
      return new ImageConfig(changed, JsonWriter.compact(canonical(changed)));
    } catch (RegistryException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode canonical(ObjectNode root) throws RegistryException {
    rootfs(root);
    List<Map.Entry<String, JsonNode>> fields = new ArrayList<>(root.properties());
    if (!root.has(HISTORY)) {
      fields.add(Map.entry(HISTORY, JsonNodeFactory.instance.nullNode()));
    }
    fields.sort(Map.Entry.comparingByKey(Comparator.naturalOrder()));
    ObjectNode out = Nodes.object();
    for (Map.Entry<String, JsonNode> field : fields) {
      out.set(
          field.getKey(),
          switch (field.getKey()) {
            case CONFIG -> canonicalRun(root);
            case ROOTFS -> canonicalRootfs(root);
            case HISTORY -> nullIfEmpty(field.getValue());
            default -> field.getValue();
          });
    }
    return out;
  }

  private static JsonNode canonicalRun(ObjectNode root) throws RegistryException {
    Optional<ObjectNode> config = Nodes.object(root, CONFIG);
    return config.isPresent() ? RunConfig.read(config.get()).canonical() : Nodes.object();
  }

  private static JsonNode canonicalRootfs(ObjectNode root) {
    ObjectNode rootfs = rootfs(root);
    ObjectNode out = Nodes.object();
    out.put("type", "layers");
    JsonNode ids = rootfs.get(DIFF_IDS);
    out.set(DIFF_IDS, ids == null ? JsonNodeFactory.instance.nullNode() : nullIfEmpty(ids));
    return out;
  }

  private static JsonNode nullIfEmpty(JsonNode array) {
    return array.isEmpty() ? JsonNodeFactory.instance.nullNode() : array;
  }

  private static List<Digest> readDiffIds(ObjectNode root) throws RegistryException {
    Optional<ObjectNode> rootfs = Nodes.object(root, ROOTFS);
    List<Digest> ids = new ArrayList<>();
    if (rootfs.isPresent()) {
      for (String text : Nodes.texts(rootfs.get(), DIFF_IDS)) {
        ids.add(Nodes.digest(text, "image config"));
      }
    }
    return List.copyOf(ids);
  }

  private static List<HistoryEntry> readHistory(ObjectNode root) throws RegistryException {
    List<HistoryEntry> entries = new ArrayList<>();
    for (ObjectNode node : Nodes.objects(root, HISTORY)) {
      entries.add(HistoryEntry.read(node));
    }
    return List.copyOf(entries);
  }

  private String text(String key) {
    JsonNode value = root.get(key);
    return value != null && value.isTextual() ? value.textValue() : "";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImageConfig config && root.equals(config.root);
  }

  @Override
  public int hashCode() {
    return root.hashCode();
  }

  @Override
  public String toString() {
    return new String(bytes, UTF_8);
  }
}
