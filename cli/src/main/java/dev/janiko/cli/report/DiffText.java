package dev.janiko.cli.report;

import dev.janiko.builder.compare.Difference;
import dev.janiko.builder.compare.Difference.Area;
import dev.janiko.builder.compare.Differences;
import dev.janiko.builder.compare.IndexedImage;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Differences for a terminal. */
public final class DiffText {
  private static final int LONGEST = 160;

  private DiffText() {}

  /** Writes all differences, a block for each subject, and the verdict last. */
  public static String of(Differences differences) {
    StringBuilder text = new StringBuilder();
    image(text, "A", differences.images().left());
    image(text, "B", differences.images().right());
    for (Area area : Area.values()) {
      area(text, area, differences.of(area));
    }
    return text.append('\n').append(verdict(differences)).append('\n').toString();
  }

  /** The verdict in one line. */
  public static String verdict(Differences differences) {
    String ignored =
        differences.ignored() == 0
            ? ""
            : " (" + Words.count(differences.ignored(), "difference") + " ignored)";
    return differences.none()
        ? "The images are equal" + ignored + "."
        : "The images differ: "
            + Words.count(differences.found().size(), "difference")
            + ignored
            + ".";
  }

  private static void image(StringBuilder text, String letter, IndexedImage image) {
    text.append(letter)
        .append("  ")
        .append(image.name())
        .append("  ")
        .append(Words.count(image.layers().size(), "layer"))
        .append(", ")
        .append(Words.size(image.size()))
        .append('\n');
  }

  private static void area(StringBuilder text, Area area, List<Difference> found) {
    if (found.isEmpty()) {
      return;
    }
    text.append('\n').append(Words.area(area)).append('\n');
    String subject = "";
    boolean alone = false;
    int below = 0;
    for (Difference difference : found) {
      boolean presence = difference.attribute().equals(Difference.PRESENCE);
      boolean same = difference.subject().equals(subject);
      if (area == Area.FILE
          && presence
          && alone
          && difference.subject().startsWith(subject + "/")) {
        below++;
        continue;
      }
      rest(text, below);
      below = 0;
      if (!same) {
        subject = difference.subject();
        text.append("  ").append(Words.printable(subject)).append('\n');
      }
      alone = presence;
      line(text, difference);
    }
    rest(text, below);
  }

  private static void rest(StringBuilder text, int below) {
    if (below > 0) {
      text.append("    and ").append(below).append(" more below it\n");
    }
  }

  private static void line(StringBuilder text, Difference difference) {
    String name = difference.attribute();
    text.append(String.format(Locale.ROOT, "    %-10s A: %s%n", name, value(difference.left())));
    text.append(String.format(Locale.ROOT, "    %-10s B: %s%n", "", value(difference.right())));
    Optional<String> origin = Words.origins(difference);
    origin.ifPresent(words -> text.append(String.format(Locale.ROOT, "    %-10s %s%n", "", words)));
  }

  private static String value(Optional<String> value) {
    String text = Words.printable(value.orElse("(nothing)"));
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
  }
}
