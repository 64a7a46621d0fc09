package dev.janiko.cli.lint;

import dev.janiko.builder.event.BuildListener;
import dev.janiko.cli.options.LintOptions;

/** Does what a command line asks to be checked. */
@FunctionalInterface
public interface LintRunner {
  /**
   * Looks at a Dockerfile. Findings are told to the listener, as {@code Warned} and {@code
   * BuildFailed}.
   *
   * @return whether nothing was found
   */
  boolean check(LintOptions options, BuildListener listener);
}
