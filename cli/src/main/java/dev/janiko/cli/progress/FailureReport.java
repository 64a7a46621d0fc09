package dev.janiko.cli.progress;

import dev.janiko.builder.event.BuildEvent.BuildFailed;
import dev.janiko.builder.event.Excerpt;
import java.util.ArrayList;
import java.util.List;

/** What a person reads when a build failed: the output, the place, the reason, what to do. */
public final class FailureReport {
  private static final int CONTEXT = 3;
  private static final String RULE = "--------------------";

  private FailureReport() {}

  /**
   * Returns the report.
   *
   * @param failure the failure
   * @param output the last lines of the step that failed; may be empty
   */
  public static List<String> lines(BuildFailed failure, List<String> output) {
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
    lines.add("");
    lines.add(ExcerptText.place(excerpt));
    lines.add(RULE);
    lines.addAll(ExcerptText.lines(excerpt, CONTEXT));
    lines.add(RULE);
  }
}
