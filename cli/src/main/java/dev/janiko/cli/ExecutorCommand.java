package dev.janiko.cli;

import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code executor}: Kaniko's command line. */
@Command(
    name = "executor",
    description = "Builds an image from a Dockerfile inside a container.",
    sortOptions = false)
final class ExecutorCommand implements Callable<Integer> {
  private static final String CONTEXT = "/workspace/";

  private final Surroundings surroundings;
  private final BuildRunner runner;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private SharedFlags flags = new SharedFlags();
  @Mixin private BackendFlags backend = new BackendFlags();
  @Mixin private LogFlags log = new LogFlags();

  ExecutorCommand(Surroundings surroundings, BuildRunner runner) {
    this.surroundings = surroundings;
    this.runner = runner;
  }

  @Override
  public Integer call() {
    if (spec != null) {
      ForeignFlags.check(spec.commandLine().getParseResult(), ForeignFlag.KANIKO);
    }
    if (spec != null && flags.mayReenter() && backend.isOurs()) {
      OptionalInt code = new Reentering(surroundings).instead(spec);
      if (code.isPresent()) {
        return code.getAsInt();
      }
    }
    BuildOptions options =
        new OptionsAssembler(flags, surroundings).assemble(CONTEXT, List.of(), false);
    ProgressForm form = log.json() ? ProgressForm.JSON : ProgressForm.AUTO;
    return new Build(backend.runner(runner, surroundings))
        .run(options, form.start(surroundings, log), log.debug());
  }
}
