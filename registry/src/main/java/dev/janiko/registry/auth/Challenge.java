package dev.janiko.registry.auth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One challenge of a {@code WWW-Authenticate} header (RFC 9110, 11.6.1).
 *
 * @param scheme in lower case, such as {@code bearer}
 * @param parameters by name in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
  Challenge {
    parameters = Map.copyOf(parameters);
  }

  String get(String name) {
    return parameters.getOrDefault(name, "");
  }

  /** All challenges of all values of the header; what is malformed ends its value. */
  static List<Challenge> parse(List<String> headers) {
    List<Challenge> all = new ArrayList<>();
    for (String header : headers) {
      new Parser(header).into(all);
    }
    return List.copyOf(all);
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    void into(List<Challenge> all) {
      skip(" \t,");
      String scheme = token();
      while (!scheme.isEmpty()) {
        Map<String, String> parameters = new LinkedHashMap<>();
        String next = parameters(parameters);
        all.add(new Challenge(scheme.toLowerCase(Locale.ROOT), parameters));
        scheme = next;
      }
    }

    /** Reads parameters up to a token that is none: the next scheme. */
    private String parameters(Map<String, String> parameters) {
      while (true) {
        skip(" \t,");
        int start = at;
        String name = token();
        if (name.isEmpty()) {
          return "";
        }
        skip(" \t");
        if (peek() != '=') {
          return name;
        }
        at++;
        skip(" \t");
        if (peek() == '=' || at == text.length()) {
          // The padding of a token68: not a parameter.
          skip("=");
          continue;
        }
        String value = peek() == '"' ? quoted() : token();
        if (at == start) {
          return "";
        }
        parameters.putIfAbsent(name.toLowerCase(Locale.ROOT), value);
      }
    }

    private String quoted() {
      StringBuilder value = new StringBuilder();
      for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        value.append(text.charAt(at));
      }
      at = Math.min(at + 1, text.length());
      return value.toString();
    }

    private String token() {
      int start = at;
      while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(start, at);
    }

    private void skip(String characters) {
      while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }

    private char peek() {
      return at < text.length() ? text.charAt(at) : 0;
    }
  }
}
