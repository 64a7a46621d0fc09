package dev.janiko.cli.build;

import dev.janiko.builder.event.BuildEvent;
import dev.janiko.cli.foreign.ForeignFlag;
import dev.janiko.cli.foreign.ForeignFlags;
import dev.janiko.cli.invocation.Reentering;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.cli.lint.CheckFlags;
import dev.janiko.cli.lint.Lint;
import dev.janiko.cli.lint.LintFormat;
import dev.janiko.cli.lint.LintRunner;
import dev.janiko.cli.options.BuildOptions;
import dev.janiko.cli.options.LogFlags;
import dev.janiko.cli.options.OptionsAssembler;
import dev.janiko.cli.options.SharedFlags;
import dev.janiko.cli.progress.Renderer;
import dev.janiko.cli.runner.BackendFlags;
import dev.janiko.cli.runner.BuildRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code janiko build}: docker's spellings and Kaniko's. */
@Command(name = "build", description = "Builds an image from a Dockerfile.", sortOptions = false)
public final class BuildCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final BuildRunner runner;
  private final LintRunner lintRunner;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private SharedFlags flags = new SharedFlags();
  @Mixin private BackendFlags backend = new BackendFlags();
  @Mixin private LogFlags log = new LogFlags();
  @Mixin private CheckFlags check = new CheckFlags();

  @Parameters(
      arity = "0..1",
      paramLabel = "CONTEXT",
      description =
          "The build context: a folder, - for an archive or a Dockerfile on standard input, or the "
              + "address of a git repository or an archive. The working directory if not given.")
  private @Nullable String context;

  @Option(
      names = {"-t", "--tag"},
      paramLabel = "IMAGE",
      description = "A name for the image; pushed with --push. Repeatable.")
  private List<String> tags = new ArrayList<>();

  @Option(
      names = "--push",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Push the image under the names of -t, too.")
  private boolean push;

  @Option(
      names = "--progress",
      paramLabel = "FORM",
      description = "How to show the build: auto, plain, tty, json or quiet.")
  private String progress = "auto";

  @Option(
      names = {"-q", "--quiet"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Print the image's digest alone.")
  private boolean quiet;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Write a page of HTML: where the time went, what each layer added, what is wasted.")
  private @Nullable Path report;

  /**
   * Makes the command.
   *
   * @param runner does builds without an engine
   * @param lintRunner does the checks
   */
  public BuildCommand(Surroundings surroundings, BuildRunner runner, LintRunner lintRunner) {
    this.surroundings = surroundings;
    this.runner = runner;
    this.lintRunner = lintRunner;
  }

  @Override
  public Integer call() {
    List<String> notes = new ArrayList<>();
    if (spec != null) {
      notes.addAll(ForeignFlags.check(spec.commandLine().getParseResult(), ForeignFlag.KANIKO));
      notes.addAll(ForeignFlags.check(spec.commandLine().getParseResult(), ForeignFlag.DOCKER));
    }
    Optional<String> named = flags.namedContext();
    if (context != null && named.isPresent()) {
      throw new UsageException("two build contexts: " + context + " and " + named.get());
    }
    Optional<LintFormat> checks = check.format();
    if (checks.isPresent()) {
      return new Lint(lintRunner, surroundings)
          .run(new OptionsAssembler(flags, surroundings).lint(folder(), true), checks.get());
    }
    ProgressForm form = form();
    if (spec != null && flags.mayReenter() && backend.isOurs()) {
      OptionalInt code = new Reentering(surroundings).instead(spec);
      if (code.isPresent()) {
        return code.getAsInt();
      }
    }
    Build build = new Build(backend.runner(runner, surroundings));
    if (report != null) {
      return new ReportedBuild(surroundings, report)
          .run(build, this::options, () -> form.start(surroundings, log), log.debug());
    }
    BuildOptions options = options(Optional.empty());
    Renderer renderer = form.start(surroundings, log);
    notes.forEach(note -> renderer.on(new BuildEvent.Message(BuildEvent.Level.INFO, note)));
    return build.run(options, renderer, log.debug());
  }

  /** What the flags ask for, with a layout if they ask for no file. */
  private BuildOptions options(Optional<Path> layout) {
    if (!flags.writesImage()) {
      layout.ifPresent(flags::writeLayout);
    }
    return new OptionsAssembler(flags, surroundings).assemble(folder(), tags, push);
  }

  private String folder() {
    return context == null ? "." : context;
  }

  private ProgressForm form() {
    ProgressForm form = quiet ? ProgressForm.QUIET : ProgressForm.of(progress);
    return form == ProgressForm.AUTO && log.json() ? ProgressForm.JSON : form;
  }
}
