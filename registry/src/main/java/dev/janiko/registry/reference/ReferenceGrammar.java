package dev.janiko.registry.reference;

/**
 * The grammar of the parts of a reference, as github.com/distribution/reference has it.
 *
 * <p>Written out, not as patterns: references are parsed in the first milliseconds of a build.
 */
final class ReferenceGrammar {
  static final String INVALID = "invalid reference format";
  static final int MAX_NAME = 255;
  private static final int MAX_TAG = 128;

  private ReferenceGrammar() {}

  /** {@code host[:port]}, the host being a name, an IPv4 address or an IPv6 one in brackets. */
  static boolean isDomain(String text) {
    int end = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
    String host = end < 0 ? text : text.substring(0, end);
    String port = end < 0 ? "" : text.substring(end);
    if (!port.isEmpty() && !isPort(port)) {
      return false;
    }
    return host.startsWith("[") ? isIpv6(host) : isHostName(host);
  }

  private static boolean isPort(String text) {
    if (text.length() < 2 || text.charAt(0) != ':') {
      return false;
    }
    for (int i = 1; i < text.length(); i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isIpv6(String host) {
    if (host.length() < 3) {
      return false;
    }
    for (int i = 1; i < host.length() - 1; i++) {
      char c = host.charAt(i);
      if (!isDigit(c) && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F') && c != ':') {
        return false;
      }
    }
    return true;
  }

  private static boolean isHostName(String host) {
    int start = 0;
    while (true) {
      int dot = host.indexOf('.', start);
      int end = dot < 0 ? host.length() : dot;
      if (!isHostLabel(host, start, end)) {
        return false;
      }
      if (dot < 0) {
        return true;
      }
      start = dot + 1;
    }
  }

  private static boolean isHostLabel(String host, int start, int end) {
    if (start == end || host.charAt(start) == '-' || host.charAt(end - 1) == '-') {
      return false;
    }
    for (int i = start; i < end; i++) {
      char c = host.charAt(i);
      if (!isLowerOrDigit(c) && !(c >= 'A' && c <= 'Z') && c != '-') {
        return false;
      }
    }
    return true;
  }

  /**
   * Components of lower-case letters and digits, joined by {@code .}, {@code _}, {@code __} or
   * dashes.
   */
  static boolean isPath(String text) {
    int start = 0;
    while (true) {
      int slash = text.indexOf('/', start);
      int end = slash < 0 ? text.length() : slash;
      if (!isPathComponent(text, start, end)) {
        return false;
      }
      if (slash < 0) {
        return true;
      }
      start = slash + 1;
    }
  }

  private static boolean isPathComponent(String text, int start, int end) {
    if (start == end
        || !isLowerOrDigit(text.charAt(start))
        || !isLowerOrDigit(text.charAt(end - 1))) {
      return false;
    }
    int i = start;
    while (i < end) {
      if (isLowerOrDigit(text.charAt(i))) {
        i++;
        continue;
      }
      int from = i;
      while (i < end && !isLowerOrDigit(text.charAt(i))) {
        i++;
      }
      if (!isSeparator(text.substring(from, i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSeparator(String text) {
    if (text.equals(".") || text.equals("_") || text.equals("__")) {
      return true;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != '-') {
        return false;
      }
    }
    return true;
  }

  /** A letter, digit or underscore, then up to 127 of these, dots and dashes. */
  static boolean isTag(String text) {
    if (text.isEmpty() || text.length() > MAX_TAG) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean word = isLowerOrDigit(c) || (c >= 'A' && c <= 'Z') || c == '_';
      if (!word && (i == 0 || (c != '.' && c != '-'))) {
        return false;
      }
    }
    return true;
  }

  static boolean isLowerHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isDigit(c) && !(c >= 'a' && c <= 'f')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLowerOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || isDigit(c);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
