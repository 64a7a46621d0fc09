package dev.janiko.dockerfile.check;

import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Collects warnings, leaving out those that directives and comments skip. Not thread-safe. */
final class Findings {
  private static final Pattern COMMENT = Pattern.compile("check\\s*=\\s*(\\S+).*");

  private final CheckOptions options;
  private final List<CheckWarning> warnings = new ArrayList<>();

  Findings(CheckOptions options) {
    this.options = options;
  }

  /** Adds a warning about a whole instruction. */
  void add(Rule rule, Source source, String message) {
    add(new CheckWarning(rule, message, source.range(), Optional.empty()), source);
  }

  /** Adds a warning about a piece of an instruction as written. */
  void add(Rule rule, Source source, String message, String culprit) {
    add(new CheckWarning(rule, message, source.range(), Optional.of(culprit)), source);
  }

  private void add(CheckWarning warning, Source source) {
    if (options.includes(warning.rule()) && !skipped(warning.rule(), source)) {
      warnings.add(warning);
    }
  }

  /** Whether a comment right above the instruction leaves the rule out for it. */
  private static boolean skipped(Rule rule, Source source) {
    for (String comment : source.comments()) {
      Matcher matcher = COMMENT.matcher(comment);
      if (matcher.matches()) {
        try {
          CheckOptions local = CheckOptions.parse(matcher.group(1));
          if (local.skipAll() || local.skip().contains(rule.title())) {
            return true;
          }
        } catch (DockerfileException _) {
          // A comment that only looks like an option is a comment.
        }
      }
    }
    return false;
  }

  List<CheckWarning> sorted() {
    return warnings.stream()
        .sorted(Comparator.comparingInt(warning -> warning.range().startLine()))
        .toList();
  }
}
