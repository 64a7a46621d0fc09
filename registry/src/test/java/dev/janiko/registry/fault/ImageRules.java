package dev.janiko.registry.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.json.JsonReader;
import java.util.ArrayList;
import java.util.List;

/** The rules of the OCI image-spec for manifests, indexes and configs, as a JSON schema. */
public final class ImageRules {
  private static final String SCHEMA =
      "classpath:dev/janiko/registry/fault/image.schema.json#/$defs/";
  private static final JsonSchema MANIFEST = schema("manifest");
  private static final JsonSchema INDEX = schema("index");
  private static final JsonSchema CONFIG = schema("config");

  private ImageRules() {}

  private static JsonSchema schema(String name) {
    return JsonSchemaFactory.getInstance(VersionFlag.V202012)
        .getSchema(
            SchemaLocation.of(SCHEMA + name),
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build());
  }

  /** What is wrong with a manifest or index. */
  public static List<String> ofDocument(byte[] bytes, String servedAs) {
    boolean index = servedAs.contains("index") || servedAs.contains("list");
    List<String> breaches = new ArrayList<>();
    JsonNode root = validated(index ? INDEX : MANIFEST, bytes, breaches);
    if (!root.path("mediaType").asText().equals(servedAs)) {
      breaches.add("mediaType " + root.path("mediaType") + " is served as " + servedAs);
    }
    return List.copyOf(breaches);
  }

  /** What is wrong with a config. */
  public static List<String> ofConfig(byte[] bytes) {
    List<String> breaches = new ArrayList<>();
    JsonNode root = validated(CONFIG, bytes, breaches);
    int filled = 0;
    for (JsonNode entry : root.path("history")) {
      filled += entry.path("empty_layer").asBoolean() ? 0 : 1;
    }
    int layers = root.path("rootfs").path("diff_ids").size();
    if (root.has("history") && filled != layers) {
      breaches.add(filled + " entries of the history have layers, but there are " + layers);
    }
    return List.copyOf(breaches);
  }

  private static JsonNode validated(JsonSchema schema, byte[] bytes, List<String> breaches) {
    try {
      ObjectNode root = JsonReader.readObject(bytes, "document");
      schema.validate(root).stream().map(ValidationMessage::toString).forEach(breaches::add);
      return root;
    } catch (RegistryException e) {
      breaches.add(String.valueOf(e.getMessage()));
      return MissingNode.getInstance();
    }
  }
}
