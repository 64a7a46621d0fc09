package dev.janiko.registry.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Typed reading and making of JSON nodes. As in Go, {@code null} is the same as absent; a value of
 * the wrong type makes the document malformed.
 */
final class Nodes {
  private static final int MAX_LAYERS = 4096;

  private Nodes() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static @Nullable JsonNode get(ObjectNode node, String key) {
    JsonNode value = node.get(key);
    return value == null || value.isNull() ? null : value;
  }

  static String text(ObjectNode node, String key) throws RegistryException {
    JsonNode value = get(node, key);
    if (value == null) {
      return "";
    }
    if (!value.isTextual()) {
      throw wrong(key, "a string");
    }
    return value.textValue();
  }

  static boolean flag(ObjectNode node, String key) throws RegistryException {
    JsonNode value = get(node, key);
    if (value == null) {
      return false;
    }
    if (!value.isBoolean()) {
      throw wrong(key, "true or false");
    }
    return value.booleanValue();
  }

  static long number(ObjectNode node, String key) throws RegistryException {
    JsonNode value = get(node, key);
    if (value == null) {
      return 0;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong(key, "an integer");
    }
    return value.longValue();
  }

  static Optional<ObjectNode> object(ObjectNode node, String key) throws RegistryException {
    JsonNode value = get(node, key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof ObjectNode object) {
      return Optional.of(object);
    }
    throw wrong(key, "an object");
  }

  static List<JsonNode> array(ObjectNode node, String key) throws RegistryException {
    JsonNode value = get(node, key);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof ArrayNode array)) {
      throw wrong(key, "an array");
    }
    List<JsonNode> all = new ArrayList<>(array.size());
    array.forEach(all::add);
    return all;
  }

  static List<ObjectNode> objects(ObjectNode node, String key) throws RegistryException {
    List<ObjectNode> all = new ArrayList<>();
    for (JsonNode item : array(node, key)) {
      if (!(item instanceof ObjectNode object)) {
        throw wrong(key, "an array of objects");
      }
      all.add(object);
    }
    return List.copyOf(all);
  }

  static List<String> texts(ObjectNode node, String key) throws RegistryException {
    List<String> all = new ArrayList<>();
    for (JsonNode item : array(node, key)) {
      if (!item.isTextual()) {
        throw wrong(key, "an array of strings");
      }
      all.add(item.textValue());
    }
    return List.copyOf(all);
  }

  static SequencedMap<String, String> textMap(ObjectNode node, String key)
      throws RegistryException {
    SequencedMap<String, String> all = new LinkedHashMap<>();
    Optional<ObjectNode> object = object(node, key);
    if (object.isPresent()) {
      for (Map.Entry<String, JsonNode> entry : object.get().properties()) {
        if (!entry.getValue().isTextual()) {
          throw wrong(key, "an object of strings");
        }
        all.put(entry.getKey(), entry.getValue().textValue());
      }
    }
    return all;
  }

  static Digest digest(String text, String what) throws RegistryException {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw RegistryException.invalid("malformed " + what + ": " + e.getMessage(), e);
    }
  }

  static Descriptor descriptor(ObjectNode node, String what) throws RegistryException {
    Digest digest = digest(text(node, "digest"), what);
    JsonNode size = get(node, "size");
    if (size == null || !size.isIntegralNumber() || !size.canConvertToLong()) {
      throw wrong("size", "a number of bytes");
    }
    if (size.longValue() < 0) {
      throw RegistryException.invalid("malformed " + what + ": negative size of " + digest);
    }
    Optional<ObjectNode> platform = object(node, "platform");
    return new Descriptor(
        text(node, "mediaType"),
        digest,
        size.longValue(),
        textMap(node, "annotations"),
        platform.isPresent() ? Optional.of(platform(platform.get())) : Optional.empty(),
        text(node, "artifactType"));
  }

  static Optional<Descriptor> subject(ObjectNode root, String what) throws RegistryException {
    Optional<ObjectNode> node = object(root, "subject");
    return node.isPresent() ? Optional.of(descriptor(node.get(), what)) : Optional.empty();
  }

  static List<Descriptor> descriptors(ObjectNode node, String key, String what)
      throws RegistryException {
    List<Descriptor> all = new ArrayList<>();
    for (ObjectNode item : objects(node, key)) {
      all.add(descriptor(item, what));
    }
    if (all.size() > MAX_LAYERS) {
      throw RegistryException.invalid(
          "malformed " + what + ": more than " + MAX_LAYERS + " " + key);
    }
    return List.copyOf(all);
  }

  static Platform platform(ObjectNode node) throws RegistryException {
    return new Platform(text(node, "os"), text(node, "architecture"), text(node, "variant"));
  }

  static ArrayNode array(Collection<String> texts) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    texts.forEach(array::add);
    return array;
  }

  /** A Go map: keys sorted. */
  static ObjectNode textMap(Map<String, String> map) {
    ObjectNode node = object();
    new TreeMap<>(map).forEach(node::put);
    return node;
  }

  /** A Go set: keys sorted, each with an empty object. */
  static ObjectNode set(Collection<String> keys) {
    ObjectNode node = object();
    keys.stream().sorted().forEach(key -> node.set(key, object()));
    return node;
  }

  static ObjectNode descriptor(Descriptor descriptor) {
    ObjectNode node = object();
    node.put("mediaType", descriptor.mediaType());
    node.put("digest", descriptor.digest().toString());
    node.put("size", descriptor.size());
    if (!descriptor.artifactType().isEmpty()) {
      node.put("artifactType", descriptor.artifactType());
    }
    if (!descriptor.annotations().isEmpty()) {
      node.set("annotations", textMap(descriptor.annotations()));
    }
    descriptor.platform().ifPresent(platform -> node.set("platform", platformNode(platform)));
    return node;
  }

  private static ObjectNode platformNode(Platform platform) {
    ObjectNode node = object();
    node.put("architecture", platform.architecture());
    node.put("os", platform.os());
    if (!platform.variant().isEmpty()) {
      node.put("variant", platform.variant());
    }
    return node;
  }

  static RegistryException wrong(String key, String expected) {
    return RegistryException.invalid(
        "malformed image document: \"" + key + "\" is not " + expected);
  }
}
