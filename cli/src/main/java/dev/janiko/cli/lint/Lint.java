package dev.janiko.cli.lint;

import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.Version;
import dev.janiko.cli.options.LintOptions;

/** One check from the command line: runs it and writes what it found to standard output. */
public final class Lint {
  private final LintRunner runner;
  private final Surroundings surroundings;

  /** Sets a check up. */
  public Lint(LintRunner runner, Surroundings surroundings) {
    this.runner = runner;
    this.surroundings = surroundings;
  }

  /** Checks and returns the exit code. */
  public int run(LintOptions options, LintFormat format) {
    LintReport report = new LintReport(Version.number());
    boolean clean = runner.check(options, report);
    format.write(report, surroundings.out());
    return clean ? ExitCode.OK : ExitCode.FAILURE;
  }
}
