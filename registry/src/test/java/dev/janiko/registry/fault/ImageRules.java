package dev.janiko.registry.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.json.JsonReader;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The rules of the OCI image-spec for manifests, indexes and configs, as its JSON schemas have
 * them.
 */
public final class ImageRules {
  private static final String TYPE =
      "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}";

  private final List<String> breaches = new ArrayList<>();

  private ImageRules() {}

  /** What is wrong with a manifest or index. */
  public static List<String> ofDocument(byte[] bytes, String servedAs) {
    return new ImageRules()
        .check(
            bytes,
            root -> {
              ImageRules rules = new ImageRules();
              rules.document(root, servedAs);
              return rules.breaches;
            });
  }

  /** What is wrong with a config. */
  public static List<String> ofConfig(byte[] bytes) {
    return new ImageRules()
        .check(
            bytes,
            root -> {
              ImageRules rules = new ImageRules();
              rules.config(root);
              return rules.breaches;
            });
  }

  private interface Check {
    List<String> of(ObjectNode root);
  }

  private List<String> check(byte[] bytes, Check check) {
    try {
      return check.of(JsonReader.readObject(bytes, "document"));
    } catch (RegistryException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  private void document(ObjectNode root, String servedAs) {
    require(root.path("schemaVersion").asInt() == 2, "schemaVersion is not 2");
    require(
        root.path("mediaType").asText().equals(servedAs),
        "mediaType " + root.path("mediaType") + " is served as " + servedAs);
    annotations(root);
    if (servedAs.contains("index") || servedAs.contains("list")) {
      require(root.path("manifests").isArray(), "manifests is no array");
      for (JsonNode entry : root.path("manifests")) {
        descriptor(entry);
        JsonNode platform = entry.path("platform");
        require(
            platform.isMissingNode()
                || (platform.path("os").isTextual() && platform.path("architecture").isTextual()),
            "a platform lacks os or architecture");
      }
    } else {
      descriptor(root.path("config"));
      require(root.path("layers").isArray(), "layers is no array");
      root.path("layers").forEach(this::descriptor);
    }
  }

  private void descriptor(JsonNode node) {
    require(node.isObject(), "a descriptor is no object");
    require(node.path("mediaType").asText().matches(TYPE), "mediaType is malformed: " + node);
    require(Digest.isValid(node.path("digest").asText()), "digest is malformed: " + node);
    require(
        node.path("size").isIntegralNumber() && node.path("size").asLong() >= 0,
        "size is no number of bytes: " + node);
    annotations(node);
  }

  private void annotations(JsonNode node) {
    JsonNode annotations = node.path("annotations");
    require(annotations.isMissingNode() || annotations.isObject(), "annotations is no object");
    for (Map.Entry<String, JsonNode> entry : annotations.properties()) {
      require(entry.getValue().isTextual(), "an annotation is no text: " + entry.getKey());
    }
  }

  private void config(ObjectNode root) {
    require(root.path("architecture").isTextual(), "architecture is missing");
    require(root.path("os").isTextual(), "os is missing");
    require(root.path("rootfs").path("type").asText().equals("layers"), "rootfs.type is wrong");
    JsonNode ids = root.path("rootfs").path("diff_ids");
    require(ids.isArray(), "rootfs.diff_ids is no array");
    ids.forEach(id -> require(Digest.isValid(id.asText()), "a diff id is malformed: " + id));
    time(root.path("created"));
    int filled = 0;
    for (JsonNode entry : root.path("history")) {
      time(entry.path("created"));
      filled += entry.path("empty_layer").asBoolean() ? 0 : 1;
    }
    require(
        root.path("history").isMissingNode() || filled == ids.size(),
        filled + " entries of the history have layers, but there are " + ids.size());
    for (String list : List.of("Env", "Cmd", "Entrypoint")) {
      JsonNode value = root.path("config").path(list);
      require(value.isMissingNode() || value.isNull() || value.isArray(), list + " is no array");
    }
  }

  private void time(JsonNode node) {
    if (!node.isMissingNode()) {
      try {
        OffsetDateTime.parse(node.asText());
      } catch (DateTimeParseException e) {
        breaches.add("no time of RFC 3339: " + node);
      }
    }
  }

  private void require(boolean good, String breach) {
    if (!good) {
      breaches.add(breach);
    }
  }
}
