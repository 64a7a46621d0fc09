package dev.janiko.registry.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.json.JsonReader;

/**
 * What a server says about a refusal: distribution's list of errors, OAuth's, or plain text. Pages
 * in HTML say nothing.
 *
 * @param code the server's own name for it, such as {@code DENIED}, or empty
 * @param words what it says, on one line, or empty
 */
public record ErrorAnswer(String code, String words) {
  private static final int MAX_ERROR = 64 << 10;
  private static final int MAX_WORDS = 300;

  /** Reads the beginning of the answer's body. */
  public static ErrorAnswer of(HttpAnswer answer) {
    byte[] body = answer.start(MAX_ERROR);
    try {
      JsonNode root = JsonReader.read(body, "error");
      JsonNode first = root.path("errors").path(0);
      String code = first.path("code").asText(root.path("error").asText(""));
      String words =
          first
              .path("message")
              .asText(
                  root.path("error_description")
                      .asText(root.path("details").asText(root.path("message").asText(""))));
      return new ErrorAnswer(clean(code), clean(words));
    } catch (RegistryException e) {
      String text = new String(body, UTF_8).strip();
      return new ErrorAnswer("", text.startsWith("<") ? "" : clean(text));
    }
  }

  /** One line without control characters, not too long. */
  public static String clean(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length() && out.length() < MAX_WORDS; i++) {
      char c = text.charAt(i);
      out.append(Character.isISOControl(c) ? ' ' : c);
    }
    return out.toString().strip();
  }
}
