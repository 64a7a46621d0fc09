package dev.janiko.cli.progress;

import dev.janiko.builder.event.BuildEvent.BuildFailed;
import dev.janiko.builder.event.Excerpt;
import java.util.ArrayList;
import java.util.List;

/** What a person reads when a build failed: the output, the place, the reason, what to do. */
final class FailureReport {
  private static final int CONTEXT = 3;
  private static final int LONGEST_RANGE = 20;
  private static final String RULE = "--------------------";

  private FailureReport() {}

  /**
   * Returns the report.
   *
   * @param failure the failure
   * @param output the last lines of the step that failed; may be empty
   */
  static List<String> lines(BuildFailed failure, List<String> output) {
    List<String> lines = new ArrayList<>();
    if (!output.isEmpty()) {
      lines.add("");
      lines.add("the last lines of its output:");
      output.forEach(line -> lines.add("  | " + line));
    }
    failure.excerpt().ifPresent(excerpt -> addExcerpt(lines, excerpt));
    lines.add("");
    lines.add("ERROR: " + failure.message() + exitCode(failure));
    failure.hint().ifPresent(hint -> lines.add("hint: " + hint));
    return lines;
  }

  private static String exitCode(BuildFailed failure) {
    if (failure.exitCode().isEmpty()) {
      return "";
    }
    String code = "exit code " + failure.exitCode().getAsInt();
    return failure.message().replace("exit code:", "exit code").endsWith(code)
        ? ""
        : " (" + code + ")";
  }

  private static void addExcerpt(List<String> lines, Excerpt excerpt) {
    int first = Math.max(1, excerpt.lines().first() - CONTEXT);
    int lastAtFault = Math.min(excerpt.lines().last(), excerpt.lines().first() + LONGEST_RANGE - 1);
    int last = Math.min(excerpt.source().size(), lastAtFault + CONTEXT);
    int digits = String.valueOf(last).length();
    lines.add("");
    lines.add(excerpt.fileName() + ":" + excerpt.lines().first());
    lines.add(RULE);
    for (int number = first; number <= last; number++) {
      lines.add(
          (" %" + digits + "d | %s %s")
              .formatted(
                  number,
                  excerpt.lines().contains(number) ? ">>>" : "   ",
                  Text.clean(excerpt.source().get(number - 1), false))
              .stripTrailing());
    }
    lines.add(RULE);
  }
}
