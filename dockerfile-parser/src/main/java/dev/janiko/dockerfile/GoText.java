package dev.janiko.dockerfile;

/** Blanks as Go's unicode package counts them, which is not how Java does. */
final class GoText {
  private GoText() {}

  /** Whether it is a blank or line end: Unicode's White_Space. */
  static boolean isSpace(int c) {
    return switch (c) {
      case '\t', '\n', 0x0b, '\f', '\r', ' ', 0x85, 0xa0, 0x1680 -> true;
      case 0x2028, 0x2029, 0x202f, 0x205f, 0x3000 -> true;
      default -> c >= 0x2000 && c <= 0x200a;
    };
  }

  /** The text without blanks at its ends. */
  static String trim(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return trimLeft(text.substring(0, end));
  }

  /** The text without blanks at its start. */
  static String trimLeft(String text) {
    int start = 0;
    while (start < text.length() && isSpace(text.charAt(start))) {
      start++;
    }
    return text.substring(start);
  }

  /** Whether it parts words: blanks of ASCII other than the line feed. */
  static boolean isSeparator(char c) {
    return c == ' ' || c == '\t' || c == 0x0b || c == '\f' || c == '\r';
  }
}
