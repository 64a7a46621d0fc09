package dev.janiko.builder.compare;

import com.fasterxml.jackson.databind.JsonNode;
import dev.janiko.builder.compare.Difference.Area;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares configs, field by field. A field that says nothing is as good as none. */
final class ConfigDiffer {
  private static final Set<String> COMPARED_ELSEWHERE = Set.of("history", "rootfs");
  private static final String ENVIRONMENT = "config.Env";

  private final List<Difference> found;

  ConfigDiffer(List<Difference> found) {
    this.found = found;
  }

  void compare(Sides<IndexedImage> images) throws RegistryException {
    Map<String, String> left = fields(images.left());
    Map<String, String> right = fields(images.right());
    TreeSet<String> names = new TreeSet<>(left.keySet());
    names.addAll(right.keySet());
    for (String name : names) {
      Sides<Optional<String>> values =
          new Sides<>(Optional.ofNullable(left.get(name)), Optional.ofNullable(right.get(name)));
      if (!values.equal()) {
        String attribute =
            values.left().isPresent() && values.right().isPresent() ? "value" : Difference.PRESENCE;
        found.add(Difference.of(Area.CONFIG, name, attribute, values));
      }
    }
  }

  private static Map<String, String> fields(IndexedImage image) throws RegistryException {
    Map<String, String> fields = new TreeMap<>();
    JsonNode root = JsonReader.read(image.config().bytes(), "image config");
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (!COMPARED_ELSEWHERE.contains(field.getKey())) {
        collect(field.getKey(), field.getValue(), fields);
      }
    }
    image.annotations().forEach((key, value) -> fields.put("annotation." + key, value));
    return fields;
  }

  private static void collect(String name, JsonNode value, Map<String, String> fields) {
    if (saysNothing(value)) {
      return;
    }
    if (name.equals(ENVIRONMENT) && value.isArray()) {
      environment(value, fields);
    } else if (value.isObject()) {
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        String inner = name + "." + field.getKey();
        if (field.getValue().isObject() && field.getValue().isEmpty()) {
          fields.put(inner, "{}"); // a set, such as that of ports
        } else {
          collect(inner, field.getValue(), fields);
        }
      }
    } else {
      fields.put(name, value.isTextual() ? value.textValue() : value.toString());
    }
  }

  /** Each variable by itself, and their order, which says which one wins. */
  private static void environment(JsonNode variables, Map<String, String> fields) {
    List<String> names = new ArrayList<>();
    for (JsonNode variable : variables) {
      String text = variable.asText();
      int equals = text.indexOf('=');
      String name = equals < 0 ? text : text.substring(0, equals);
      names.add(name);
      fields.merge(
          ENVIRONMENT + "." + name, text.substring(equals + 1), (one, two) -> one + ", " + two);
    }
    fields.put(ENVIRONMENT, String.join(" ", names));
  }

  private static boolean saysNothing(JsonNode value) {
    return value.isNull()
        || (value.isContainerNode() && value.isEmpty())
        || (value.isTextual() && value.textValue().isEmpty())
        || (value.isBoolean() && !value.booleanValue());
  }
}
