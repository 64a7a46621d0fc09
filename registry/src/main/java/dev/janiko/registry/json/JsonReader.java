package dev.janiko.registry.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.janiko.registry.RegistryException;
import java.io.IOException;

/**
 * Reads one JSON document into a tree.
 *
 * <p>Documents are strict: UTF-8, no key twice in an object, nothing after the value, and at most
 * 100 levels deep. A key that appears twice could be read two ways by two programs, and then the
 * digest of the document would not tell what it means.
 */
public final class JsonReader {
  private static final int MAX_DEPTH = 100;
  private static final int MAX_TEXT = 64 << 20;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(MAX_TEXT)
                  .build())
          .build();

  private JsonReader() {}

  /**
   * Reads a document that is an object.
   *
   * @param what names the document in messages, such as {@code image config}
   * @throws RegistryException if the bytes are not one JSON object
   */
  public static ObjectNode readObject(byte[] bytes, String what) throws RegistryException {
    if (read(bytes, what) instanceof ObjectNode object) {
      return object;
    }
    throw RegistryException.invalid("malformed " + what + ": expected a JSON object");
  }

  /**
   * Reads a document.
   *
   * @param what names the document in messages, such as {@code image config}
   * @throws RegistryException if the bytes are not one JSON value
   */
  public static JsonNode read(byte[] bytes, String what) throws RegistryException {
    try (JsonParser parser = FACTORY.createParser(bytes)) {
      if (parser.nextToken() == null) {
        throw RegistryException.invalid("malformed " + what + ": it is empty");
      }
      JsonNode value = value(parser);
      if (parser.nextToken() != null) {
        throw RegistryException.invalid("malformed " + what + ": text after the end");
      }
      return value;
    } catch (RegistryException e) {
      throw e;
    } catch (IOException e) {
      throw RegistryException.invalid("malformed " + what + ": " + firstLine(e), e);
    }
  }

  private static JsonNode value(JsonParser parser) throws IOException {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> object(parser, nodes.objectNode());
      case START_ARRAY -> array(parser, nodes.arrayNode());
      case VALUE_STRING -> nodes.textNode(parser.getText());
      case VALUE_NUMBER_INT -> integer(parser, nodes);
      case VALUE_NUMBER_FLOAT -> nodes.numberNode(parser.getDecimalValue());
      case VALUE_TRUE -> nodes.booleanNode(true);
      case VALUE_FALSE -> nodes.booleanNode(false);
      case VALUE_NULL -> nodes.nullNode();
      case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw new IOException("unexpected " + token);
    };
  }

  private static JsonNode integer(JsonParser parser, JsonNodeFactory nodes) throws IOException {
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        ? nodes.numberNode(parser.getBigIntegerValue())
        : nodes.numberNode(parser.getLongValue());
  }

  private static ObjectNode object(JsonParser parser, ObjectNode into) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      into.set(key, value(parser));
    }
    return into;
  }

  private static ArrayNode array(JsonParser parser, ArrayNode into) throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      into.add(value(parser));
    }
    return into;
  }

  private static String firstLine(IOException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
