package dev.janiko.cli.report;

import dev.janiko.builder.compare.Difference;
import dev.janiko.builder.compare.Difference.Area;
import dev.janiko.builder.compare.Difference.Origin;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Words for what reports tell. */
final class Words {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private Words() {}

  static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** A number of bytes in the largest decimal unit that leaves at least one of it. */
  static String size(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.95 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }

  static String time(Duration duration) {
    long seconds = duration.toSeconds();
    return seconds >= 60
        ? String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60)
        : String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1000.0);
  }

  static String area(Area area) {
    return switch (area) {
      case FILE -> "Files";
      case CONFIG -> "Config";
      case HISTORY -> "History";
      case LAYER -> "Layers";
    };
  }

  /** Where the two sides of a difference come from; once if both say the same. */
  static Optional<String> origins(Difference difference) {
    Optional<String> left = difference.leftOrigin().map(Words::origin);
    Optional<String> right = difference.rightOrigin().map(Words::origin);
    if (left.isEmpty() || right.isEmpty()) {
      return left.or(() -> right).map(words -> "from " + words);
    }
    return left.equals(right)
        ? left.map(words -> "from " + words)
        : Optional.of("A from " + left.get() + "; B from " + right.get());
  }

  static String origin(Origin origin) {
    String instruction = printable(origin.instruction());
    return "layer " + origin.layer() + (instruction.isEmpty() ? "" : ": " + instruction);
  }

  /** Text of an image without what would change a terminal. */
  static String printable(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (c == '\n' || c == '\t') {
            clean.append(' ');
          } else if (Character.isISOControl(c)) {
            clean.append(String.format(Locale.ROOT, "\\x%02x", c));
          } else {
            clean.appendCodePoint(c);
          }
        });
    return clean.toString().strip();
  }
}
