package dev.janiko.dockerfile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** JSON arrays of strings, the exec form of instructions. */
final class JsonStrings {
  private static final int MAX_NUMBER_LENGTH = 1 << 16;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNumberLength(MAX_NUMBER_LENGTH).build())
          .build();

  private JsonStrings() {}

  /**
   * Reads an array.
   *
   * @return the strings; empty if the text is not wholly one valid JSON array
   * @throws DockerfileException if it is one, and not all of its elements are strings
   */
  static Optional<List<String>> parse(String text) {
    String json = GoText.trimLeft(text);
    if (!json.startsWith("[")) {
      return Optional.empty();
    }
    List<String> strings = new ArrayList<>();
    boolean onlyStrings;
    try (JsonParser parser = FACTORY.createParser(json)) {
      parser.nextToken();
      onlyStrings = elements(parser, strings);
      if (parser.nextToken() != null) {
        return Optional.empty();
      }
    } catch (IOException _) {
      return Optional.empty();
    }
    if (!onlyStrings) {
      throw DockerfileException.of(
          "when using JSON array syntax, arrays must be comprised of strings only");
    }
    return Optional.of(List.copyOf(strings));
  }

  private static boolean elements(JsonParser parser, List<String> strings) throws IOException {
    boolean onlyStrings = true;
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (token == JsonToken.VALUE_STRING) {
        strings.add(parser.getText());
      } else {
        onlyStrings = false;
        parser.skipChildren();
      }
    }
    return onlyStrings;
  }

  /** The strings as a JSON array that {@link #parse} reads back. */
  static String print(List<String> strings) {
    StringBuilder out = new StringBuilder("[");
    for (int i = 0; i < strings.size(); i++) {
      out.append(i == 0 ? "\"" : ", \"");
      strings.get(i).chars().forEach(c -> append(out, (char) c));
      out.append('"');
    }
    return out.append(']').toString();
  }

  private static void append(StringBuilder out, char c) {
    switch (c) {
      case '"', '\\' -> out.append('\\').append(c);
      case '\n' -> out.append("\\n");
      case '\t' -> out.append("\\t");
      default -> {
        if (c < ' ' || c == 0x7f || Character.isSurrogate(c) || (GoText.isSpace(c) && c != ' ')) {
          out.append(String.format("\\u%04x", (int) c));
        } else {
          out.append(c);
        }
      }
    }
  }
}
