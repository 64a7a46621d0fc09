package dev.janiko.cli.progress;

import java.time.Duration;
import java.util.Locale;

/** Words for numbers, and lines that fit. */
public final class Text {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  private static final int TAB = 8;
  private static final int SHORT_DIGEST = 19;

  private Text() {}

  /** Returns a duration in seconds, or minutes and seconds. */
  static String time(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds >= 60) {
      return "%dm%02ds".formatted(seconds / 60, seconds % 60);
    }
    return String.format(Locale.ROOT, "%.1fs", duration.toMillis() / 1000.0);
  }

  /** Returns a number of bytes in the largest decimal unit that leaves at least one of it. */
  public static String size(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.95 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0 ? bytes + UNITS[0] : String.format(Locale.ROOT, "%.1f%s", value, UNITS[unit]);
  }

  /** Returns a digest shortened for people; anything else as it is. */
  static String shortDigest(String what) {
    return what.startsWith("sha256:") && what.length() > SHORT_DIGEST
        ? what.substring(0, SHORT_DIGEST)
        : what;
  }

  /**
   * Returns what would be left on a terminal of a line that a command wrote: the part after the
   * last carriage return, without escape sequences (colours are kept if told to) and without other
   * control characters, tabs expanded.
   */
  static String clean(String line, boolean keepColors) {
    String last = line;
    while (last.endsWith("\r")) {
      last = last.substring(0, last.length() - 1);
    }
    last = last.substring(last.lastIndexOf('\r') + 1);
    StringBuilder clean = new StringBuilder(last.length());
    int column = 0;
    int i = 0;
    while (i < last.length()) {
      char c = last.charAt(i);
      if (c == '\u001b') {
        int end = escapeEnd(last, i);
        if (keepColors && last.charAt(end - 1) == 'm' && last.startsWith("[", i + 1)) {
          clean.append(last, i, end);
        }
        i = end;
        continue;
      }
      if (c == '\t') {
        do {
          clean.append(' ');
          column++;
        } while (column % TAB != 0);
      } else if (!Character.isISOControl(c)) {
        clean.append(c);
        column++;
      }
      i++;
    }
    return clean.toString();
  }

  /** Returns where the escape sequence that begins at a place ends. */
  private static int escapeEnd(String line, int start) {
    if (start + 1 >= line.length()) {
      return line.length();
    }
    char kind = line.charAt(start + 1);
    int i = start + 2;
    if (kind == '[') {
      while (i < line.length() && (line.charAt(i) < '@' || line.charAt(i) > '~')) {
        i++;
      }
      return Math.min(i + 1, line.length());
    }
    if (kind == ']') {
      while (i < line.length() && line.charAt(i) != '\u0007' && line.charAt(i) != '\u001b') {
        i++;
      }
      boolean longEnd = i + 1 < line.length() && line.charAt(i) == '\u001b';
      return Math.min(i + (longEnd ? 2 : 1), line.length());
    }
    return i;
  }

  /** Returns how many columns a line takes on a terminal. */
  static int width(String line) {
    return line.codePoints().map(Text::columns).sum();
  }

  /** Returns the longest beginning of a line that fits, marked if something is missing. */
  static String fit(String line, int columns) {
    if (columns <= 0) {
      return "";
    }
    if (width(line) <= columns) {
      return line;
    }
    StringBuilder fitting = new StringBuilder();
    int used = 1;
    for (int codePoint : line.codePoints().toArray()) {
      used += columns(codePoint);
      if (used > columns) {
        break;
      }
      fitting.appendCodePoint(codePoint);
    }
    return fitting.append('…').toString();
  }

  private static int columns(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
      default -> isWide(codePoint) ? 2 : 1;
    };
  }

  /** Returns whether a character is wide or full-width (Unicode Standard Annex 11, in blocks). */
  private static boolean isWide(int c) {
    return c >= 0x1100
        && (c <= 0x115f
            || (c >= 0x2e80 && c <= 0xa4cf && c != 0x303f)
            || (c >= 0xac00 && c <= 0xd7a3)
            || (c >= 0xf900 && c <= 0xfaff)
            || (c >= 0xfe30 && c <= 0xfe6f)
            || (c >= 0xff00 && c <= 0xff60)
            || (c >= 0xffe0 && c <= 0xffe6)
            || (c >= 0x1f300 && c <= 0x1faff)
            || (c >= 0x20000 && c <= 0x3fffd));
  }
}
