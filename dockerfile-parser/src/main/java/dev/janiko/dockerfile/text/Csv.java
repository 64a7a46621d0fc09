package dev.janiko.dockerfile.text;

import java.util.ArrayList;
import java.util.List;

/** One record of comma-separated values, fields quoted with double quotes where they need it. */
public final class Csv {
  private Csv() {}

  /**
   * The fields of a record.
   *
   * @throws IllegalArgumentException if quotes stand where they cannot, with a message that says so
   */
  public static List<String> fields(String text) {
    List<String> fields = new ArrayList<>();
    int position = 0;
    while (true) {
      boolean quoted = text.startsWith("\"", position);
      int end = quoted ? endOfQuoted(text, position + 1) : endOfPlain(text, position);
      if (quoted) {
        fields.add(text.substring(position + 1, end - 1).replace("\"\"", "\""));
      } else {
        fields.add(text.substring(position, end));
      }
      if (end == text.length()) {
        return List.copyOf(fields);
      }
      position = end + 1;
    }
  }

  private static int endOfPlain(String text, int start) {
    int comma = text.indexOf(',', start);
    int end = comma < 0 ? text.length() : comma;
    int quote = text.indexOf('"', start);
    if (quote >= 0 && quote < end) {
      throw new IllegalArgumentException("bare \" in non-quoted field at column " + (quote + 1));
    }
    return end;
  }

  private static int endOfQuoted(String text, int start) {
    int position = start;
    while (true) {
      int quote = text.indexOf('"', position);
      if (quote < 0) {
        throw new IllegalArgumentException("missing closing \" of the field at column " + start);
      }
      if (quote + 1 == text.length() || text.charAt(quote + 1) == ',') {
        return quote + 1;
      }
      if (text.charAt(quote + 1) != '"') {
        throw new IllegalArgumentException(
            "extraneous or missing \" in quoted field at column " + (quote + 1));
      }
      position = quote + 2;
    }
  }
}
