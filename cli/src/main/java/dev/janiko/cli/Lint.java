package dev.janiko.cli;

import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.Version;
import dev.janiko.cli.lint.LintFormat;
import dev.janiko.cli.lint.LintReport;
import dev.janiko.cli.options.LintOptions;

/** One check from the command line: runs it and writes what it found to standard output. */
final class Lint {
  private final LintRunner runner;
  private final Surroundings surroundings;

  Lint(LintRunner runner, Surroundings surroundings) {
    this.runner = runner;
    this.surroundings = surroundings;
  }

  /** Checks and returns the exit code. */
  int run(LintOptions options, LintFormat format) {
    LintReport report = new LintReport(Version.number());
    boolean clean = runner.check(options, report);
    format.write(report, surroundings.out());
    return clean ? ExitCode.OK : ExitCode.FAILURE;
  }
}
