package dev.janiko.cli.progress;

import dev.janiko.builder.event.BuildEvent.Warned;
import java.util.ArrayList;
import java.util.List;

/** What a person reads of a build check: its name, what is wrong, where, and the lines. */
public final class WarningReport {
  private WarningReport() {}

  /** Returns the report. */
  public static List<String> lines(Warned warning) {
    List<String> lines = new ArrayList<>();
    lines.add("WARNING: " + warning.rule() + ": " + Text.clean(warning.message(), false));
    lines.add(" " + ExcerptText.place(warning.excerpt()) + "  " + warning.about().url());
    lines.addAll(ExcerptText.lines(warning.excerpt(), 0));
    return lines;
  }
}
