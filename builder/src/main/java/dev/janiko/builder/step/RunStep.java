package dev.janiko.builder.step;

import dev.janiko.builder.cache.CacheKey;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.linux.ExitStatus;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.sandbox.Command;
import dev.janiko.builder.sandbox.UserLookup;
import dev.janiko.dockerfile.Heredoc;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.dockerfile.text.GoQuote;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** RUN: a command changes the stage's files. */
final class RunStep {
  private static final int KEPT_LINES = 20;
  private static final List<String> PROXIES =
      List.of("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY");

  private final StageScope scope;
  private final Workspace workspace;
  private final Clock clock;

  RunStep(StageScope scope, Workspace workspace, Clock clock) {
    this.scope = scope;
    this.workspace = workspace;
    this.clock = clock;
  }

  /** What the layer depends on. Proxies do not count: where a file came by is not what it is. */
  LayerPlan plan(ImageState state, Instruction.Run run, Sources sources) {
    List<String> arguments = arguments(state, run);
    String createdBy = RunText.createdBy(state, arguments);
    MountPlan mounts = MountPlan.of(new RunMounts.Stage(scope, workspace, sources), state, run);
    CacheKey.Parts key =
        CacheKey.of("RUN")
            .add("arguments", arguments)
            .add("history", createdBy)
            .add("environment", state.environment().entries())
            .add("user", state.run().user())
            .add("folder", WorkingDirectory.join("/", state.run().workingDir()))
            .add("network", network(run).name())
            .add("mounts", mounts.key())
            .add("script", script(run).map(Command.Script::text).orElse(""));
    return new LayerPlan(
        LayerPlan.Kind.RUN,
        key.key(),
        mounts,
        mounts.foreign(),
        layer -> state.recorded(createdBy, clock.instant(), layer));
  }

  private static List<String> arguments(ImageState state, Instruction.Run run) {
    Optional<Command.Script> script = script(run);
    List<String> arguments =
        script.isPresent()
            ? ConfigSteps.shellArguments(state, script.get().path())
            : ConfigSteps.arguments(state, run.command());
    if (arguments.isEmpty()) {
      throw BuildException.at(run.range(), Kind.DOCKERFILE, "RUN needs a command to run")
          .withHint("RUN [] says nothing; write RUN command");
    }
    return arguments;
  }

  ImageState execute(ImageState state, Instruction.Run run, Sources sources, StepOutput output)
      throws IOException {
    List<String> arguments = arguments(state, run);
    Optional<Command.Script> script = script(run);
    Deque<String> last = new ArrayDeque<>();
    RunMounts.Stage stage = new RunMounts.Stage(scope, workspace, sources);
    ExitStatus status;
    try (RunMounts mounts = RunMounts.prepare(stage, state, run)) {
      Command command = command(state, run, arguments, mounts);
      status =
          workspace.run(
              script.isPresent() ? command.with(script.get()) : command,
              line -> {
                keep(last, line);
                output.line(line);
              });
    }
    if (!status.success()) {
      throw BuildException.command(
          "process %s did not complete successfully: exit code: %d"
              .formatted(GoQuote.quote(String.join(" ", arguments)), status.code()),
          status.code(),
          List.copyOf(last));
    }
    return state.recorded(RunText.createdBy(state, arguments), clock.instant(), workspace.commit());
  }

  /** The script of a heredoc that names its own interpreter: it is executed, not given as text. */
  private static Optional<Command.Script> script(Instruction.Run run) {
    if (run.command() instanceof dev.janiko.dockerfile.Command.Shell shell
        && shell.isHeredocScript()
        && shell.heredocs().getFirst().hasInterpreter()) {
      Heredoc heredoc = shell.heredocs().getFirst();
      if (heredoc.name().indexOf('/') >= 0) {
        throw BuildException.at(
            run.range(), Kind.DOCKERFILE, "a script cannot be named " + heredoc.name());
      }
      return Optional.of(new Command.Script(heredoc.name(), heredoc.text()));
    }
    return Optional.empty();
  }

  private static Command.Network network(Instruction.Run run) {
    return run.network().filter("none"::equals).isPresent()
        ? Command.Network.NONE
        : Command.Network.HOST;
  }

  private Command command(
      ImageState state, Instruction.Run run, List<String> arguments, RunMounts mounts)
      throws IOException {
    UserLookup.RunUser user = workspace.users().forRun(state.run().user());
    Environment environment = mounts.variables(environment(state).withDefault("HOME", user.home()));
    return Command.of(arguments, environment.entries())
        .in(UnixPath.of(WorkingDirectory.join("/", state.run().workingDir())))
        .as(user.credentials())
        .with(network(run))
        .withMounts(mounts.mounts());
  }

  private Environment environment(ImageState state) {
    Environment environment = state.environment();
    for (String proxy : PROXIES) {
      String lower = proxy.toLowerCase(Locale.ROOT);
      Optional<String> value =
          Optional.ofNullable(scope.buildArgs().get(proxy))
              .or(() -> Optional.ofNullable(scope.buildArgs().get(lower)));
      if (value.isPresent()) {
        environment = environment.withDefault(proxy, value.get()).withDefault(lower, value.get());
      }
    }
    return environment;
  }

  private static void keep(Deque<String> last, byte[] line) {
    last.addLast(new String(line, StandardCharsets.UTF_8));
    if (last.size() > KEPT_LINES) {
      last.removeFirst();
    }
  }
}
