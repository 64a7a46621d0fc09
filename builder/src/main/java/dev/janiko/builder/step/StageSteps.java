package dev.janiko.builder.step;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.plan.CopySource;
import dev.janiko.dockerfile.Instruction;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;

/** Carries out the instructions of one stage, one after the other. Used by one thread. */
public final class StageSteps {
  private final StageScope scope;
  private final Workspace workspace;
  private final Sources sources;
  private final Clock clock;

  /**
   * Sets up a stage.
   *
   * @param scope where values come from
   * @param workspace the stage's files
   * @param sources where files come from
   * @param clock what time history and new folders get
   */
  public StageSteps(StageScope scope, Workspace workspace, Sources sources, Clock clock) {
    this.scope = scope;
    this.workspace = workspace;
    this.sources = sources;
    this.clock = clock;
  }

  /**
   * Carries out one instruction.
   *
   * @param state the image before it
   * @param output takes what its command writes
   * @return the image after it
   * @throws BuildException if it fails, with its place in the Dockerfile
   */
  public ImageState execute(ImageState state, Instruction instruction, StepOutput output) {
    try {
      return dispatch(state, instruction, output);
    } catch (BuildException e) {
      throw Culprit.placed(e, instruction);
    } catch (IOException e) {
      throw Culprit.placed(
          BuildException.of(Kind.SANDBOX, String.valueOf(e.getMessage()), e), instruction);
    }
  }

  /**
   * What is known of the layer that an instruction makes, before it is carried out.
   *
   * @param state the image before it
   * @return nothing if it makes none
   * @throws BuildException if the instruction is wrong
   */
  public Optional<LayerPlan> plan(ImageState state, Instruction instruction) {
    try {
      return switch (instruction) {
        case Instruction.Run run ->
            Optional.of(new RunStep(scope, workspace, clock).plan(state, run, sources));
        case Instruction.Workdir workdir ->
            new WorkdirStep(scope, workspace, clock).plan(state, workdir);
        case Instruction.Copy copy -> Optional.of(copying().plan(state, copy, sources.of(copy)));
        case Instruction.Add add ->
            Optional.of(copying().plan(state, add, new CopySource.Context()));
        default -> Optional.empty();
      };
    } catch (BuildException e) {
      throw Culprit.placed(e, instruction);
    }
  }

  private ImageState dispatch(ImageState state, Instruction instruction, StepOutput output)
      throws IOException {
    ConfigSteps config = new ConfigSteps(scope, clock.instant());
    return switch (instruction) {
      case Instruction.From from ->
          throw new IllegalArgumentException("not a step: " + from.original());
      case Instruction.Arg arg -> config.arg(state, arg);
      case Instruction.Env env -> config.env(state, env);
      case Instruction.Label label -> config.label(state, label);
      case Instruction.Maintainer maintainer -> config.maintainer(state, maintainer);
      case Instruction.User user -> config.user(state, user);
      case Instruction.Stopsignal stopsignal -> config.stopsignal(state, stopsignal);
      case Instruction.Expose expose -> config.expose(state, expose);
      case Instruction.Volume volume -> config.volume(state, volume);
      case Instruction.Shell shell -> config.shell(state, shell);
      case Instruction.Cmd cmd -> config.command(state, cmd);
      case Instruction.Entrypoint entrypoint -> config.entrypoint(state, entrypoint);
      case Instruction.Healthcheck healthcheck -> config.healthcheck(state, healthcheck);
      case Instruction.Onbuild onbuild -> config.onbuild(state, onbuild);
      case Instruction.Workdir workdir ->
          new WorkdirStep(scope, workspace, clock).execute(state, workdir);
      case Instruction.Run run ->
          new RunStep(scope, workspace, clock).execute(state, run, sources, output);
      case Instruction.Copy copy -> copying().execute(state, copy, sources.of(copy));
      case Instruction.Add add -> copying().execute(state, add, new CopySource.Context());
    };
  }

  private CopyStep copying() {
    return new CopyStep(scope, workspace, sources.remote(), clock);
  }
}
