package dev.janiko.cli.parity;

import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What BuildKits of all ages write alike into an image's history. */
final class HistoryText {
  /** The arguments of a RUN: older ones name some twice and those of a parent stage not at all. */
  private static final Pattern RUN_ARGUMENTS = Pattern.compile("RUN \\|\\d+ .*? (?=/bin/sh -c )");

  /** Older ones write an argument's default, later ones its value. */
  private static final Pattern ARGUMENT = Pattern.compile("(ARG [^=]*)=.*");

  /** Older ones leave {@code --chown} out. */
  private static final Pattern OWNER = Pattern.compile("COPY --chown=\\S+ ");

  /** Older ones write a Go map, later ones a list. */
  private static final Pattern PORTS = Pattern.compile("EXPOSE (?:map)?\\[(.*)]");

  private HistoryText() {}

  /** A text without what the age of the BuildKit decides. */
  static String comparable(String createdBy) {
    String text = RUN_ARGUMENTS.matcher(createdBy).replaceFirst("RUN ");
    text = ARGUMENT.matcher(text).replaceFirst("$1");
    text = OWNER.matcher(text).replaceFirst("COPY ");
    Matcher ports = PORTS.matcher(text);
    if (!ports.matches()) {
      return text;
    }
    TreeSet<String> sorted = new TreeSet<>();
    for (String port : ports.group(1).split(" ", -1)) {
      sorted.add(port.replace(":{}", ""));
    }
    return "EXPOSE " + sorted;
  }
}
