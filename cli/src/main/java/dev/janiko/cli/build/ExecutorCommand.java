package dev.janiko.cli.build;

import dev.janiko.builder.event.BuildEvent;
import dev.janiko.cli.foreign.ForeignFlag;
import dev.janiko.cli.foreign.ForeignFlags;
import dev.janiko.cli.foreign.KanikoVariables;
import dev.janiko.cli.invocation.Reentering;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.options.BuildOptions;
import dev.janiko.cli.options.LogFlags;
import dev.janiko.cli.options.OptionsAssembler;
import dev.janiko.cli.options.SharedFlags;
import dev.janiko.cli.progress.Renderer;
import dev.janiko.cli.runner.BackendFlags;
import dev.janiko.cli.runner.BuildRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code executor}: Kaniko's command line. */
@Command(
    name = "executor",
    description = "Builds an image from a Dockerfile inside a container.",
    sortOptions = false)
public final class ExecutorCommand implements Callable<Integer> {
  private static final String CONTEXT = "/workspace/";

  private final Surroundings surroundings;
  private final BuildRunner runner;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private SharedFlags flags = new SharedFlags();
  @Mixin private BackendFlags backend = new BackendFlags();
  @Mixin private LogFlags log = new LogFlags();

  @Option(
      names = "--dryrun",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Print what would be built, and build nothing.")
  private @Nullable Boolean dryRun;

  /**
   * Makes the command.
   *
   * @param runner does builds without an engine
   */
  public ExecutorCommand(Surroundings surroundings, BuildRunner runner) {
    this.surroundings = surroundings;
    this.runner = runner;
  }

  @Override
  public Integer call() {
    List<String> notes = new ArrayList<>();
    if (spec != null) {
      notes.addAll(ForeignFlags.check(spec.commandLine().getParseResult(), ForeignFlag.KANIKO));
    }
    notes.addAll(KanikoVariables.notes(surroundings.environment()));
    if (spec != null && flags.mayReenter() && backend.isOurs()) {
      OptionalInt code = new Reentering(surroundings).instead(spec);
      if (code.isPresent()) {
        return code.getAsInt();
      }
    }
    BuildOptions options =
        new OptionsAssembler(flags, surroundings).assemble(CONTEXT, List.of(), false);
    ProgressForm form = log.json() ? ProgressForm.JSON : ProgressForm.AUTO;
    Build build = new Build(backend.runner(runner, surroundings));
    boolean plans =
        dryRun == null
            ? KanikoVariables.isTrue(surroundings.environment(), "KANIKO_PRINT_PLAN")
            : dryRun;
    Renderer renderer = form.start(surroundings, log);
    notes.forEach(note -> renderer.on(new BuildEvent.Message(BuildEvent.Level.INFO, note)));
    return plans
        ? build.plan(options, renderer, surroundings.out())
        : build.run(options, renderer, log.debug());
  }
}
