package dev.janiko.registry.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Map;

/**
 * Writes trees as Go's {@code encoding/json} does, so that equal images get equal digests whichever
 * builder made them: {@code <}, {@code >} and {@code &} escaped, other text as it is.
 */
public final class JsonWriter {
  private static final int INDENT = 2;

  private final StringBuilder out = new StringBuilder(1024);
  private final boolean indented;

  private JsonWriter(boolean indented) {
    this.indented = indented;
  }

  /** The tree on one line, in UTF-8. */
  public static byte[] compact(JsonNode tree) {
    return write(tree, false);
  }

  /** The tree indented by two spaces per level, in UTF-8, without a line feed at its end. */
  public static byte[] indented(JsonNode tree) {
    return write(tree, true);
  }

  private static byte[] write(JsonNode tree, boolean indented) {
    JsonWriter writer = new JsonWriter(indented);
    writer.value(tree, 0);
    return writer.out.toString().getBytes(UTF_8);
  }

  private void value(JsonNode node, int level) {
    switch (node) {
      case ObjectNode object -> object(object, level);
      case ArrayNode array -> array(array, level);
      case DecimalNode decimal -> out.append(decimal.decimalValue());
      default -> {
        if (node.isTextual()) {
          text(node.textValue());
        } else {
          out.append(node.asText());
        }
      }
    }
  }

  private void object(ObjectNode object, int level) {
    out.append('{');
    Iterator<Map.Entry<String, JsonNode>> fields = object.properties().iterator();
    boolean any = fields.hasNext();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      line(level + 1);
      text(field.getKey());
      out.append(indented ? ": " : ":");
      value(field.getValue(), level + 1);
      if (fields.hasNext()) {
        out.append(',');
      }
    }
    if (any) {
      line(level);
    }
    out.append('}');
  }

  private void array(ArrayNode array, int level) {
    out.append('[');
    for (int i = 0; i < array.size(); i++) {
      if (i > 0) {
        out.append(',');
      }
      line(level + 1);
      value(array.get(i), level + 1);
    }
    if (!array.isEmpty()) {
      line(level);
    }
    out.append(']');
  }

  private void line(int level) {
    if (indented) {
      out.append('\n').repeat(' ', INDENT * level);
    }
  }

  private void text(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '<', '>', '&', '\u2028', '\u2029' -> escape(c);
        default -> {
          if (c < ' ') {
            escape(c);
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private void escape(char c) {
    out.append(String.format("\\u%04x", (int) c));
  }
}
