package dev.janiko.builder.step;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.image.HistoryEntry;
import dev.janiko.registry.image.RunConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An image as far as a stage has got. Immutable.
 *
 * @param run how its containers run
 * @param author who made it, or empty
 * @param environment what words expand to and commands see: the image's variables and the declared
 *     arguments, whichever was set last
 * @param args the arguments declared so far, in order
 * @param commandSet whether CMD was given in this stage
 * @param history what this build adds to the base's history, in order
 * @param layers the layers that this build adds to the base's, bottom first
 */
public record ImageState(
    RunConfig run,
    String author,
    Environment environment,
    List<DeclaredArg> args,
    boolean commandSet,
    List<HistoryEntry> history,
    List<PendingLayer> layers) {
  private static final String PATH = "PATH";
  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** Makes the lists immutable. */
  public ImageState {
    requireNonNull(run, "run is null");
    requireNonNull(author, "author is null");
    requireNonNull(environment, "environment is null");
    args = List.copyOf(args);
    history = List.copyOf(history);
    layers = List.copyOf(layers);
  }

  /** The state at the start of a stage whose base runs so; a base without PATH gets the usual. */
  public static ImageState startingFrom(RunConfig base, String author) {
    RunConfig run = base;
    if (base.env(PATH).isEmpty()) {
      List<String> env = new ArrayList<>(base.env());
      env.addFirst(PATH + "=" + DEFAULT_PATH);
      run = base.withEnv(env);
    }
    return new ImageState(
        run, author, Environment.of(run.env()), List.of(), false, List.of(), List.of());
  }

  /** The state at the start of a stage that goes on from this, a finished one. */
  public ImageState continued() {
    return new ImageState(run, author, environment, args, false, history, layers);
  }

  /** This state, run otherwise. */
  public ImageState withRun(RunConfig changed) {
    return new ImageState(changed, author, environment, args, commandSet, history, layers);
  }

  /** This state by another author. */
  public ImageState withAuthor(String changed) {
    return new ImageState(run, changed, environment, args, commandSet, history, layers);
  }

  /** This state with a variable of the image set. */
  public ImageState withVariable(String name, String value) {
    return new ImageState(
        run.withEnv(name, value),
        author,
        environment.with(name, value),
        args,
        commandSet,
        history,
        layers);
  }

  /** This state with an argument declared; without a value it stays unset. */
  public ImageState withArg(DeclaredArg arg) {
    List<DeclaredArg> more = new ArrayList<>(args);
    more.add(arg);
    Environment changed =
        arg.value().map(value -> environment.with(arg.name(), value)).orElse(environment);
    return new ImageState(run, author, changed, more, commandSet, history, layers);
  }

  /** This state with CMD given in this stage. */
  public ImageState withCommandSet() {
    return new ImageState(run, author, environment, args, true, history, layers);
  }

  /** This state after an instruction that only changed the config. */
  public ImageState recorded(String createdBy, Instant when) {
    return withHistory(HistoryEntry.buildkit(createdBy, true).withCreated(when), layers);
  }

  /** This state after an instruction that made a layer, or whose layer is still to be made. */
  public ImageState recorded(String createdBy, Instant when, Optional<PendingLayer> layer) {
    List<PendingLayer> more = new ArrayList<>(layers);
    layer.ifPresent(more::add);
    return withHistory(HistoryEntry.buildkit(createdBy, layer.isEmpty()).withCreated(when), more);
  }

  /**
   * This state with a layer that an earlier instruction, by its place in the history, stands for.
   */
  public ImageState withLayerOf(int place, PendingLayer layer) {
    HistoryEntry entry = history.get(place);
    List<HistoryEntry> changed = new ArrayList<>(history);
    changed.set(
        place,
        new HistoryEntry(
            entry.created(), entry.createdBy(), entry.author(), entry.comment(), false));
    List<PendingLayer> more = new ArrayList<>(layers);
    more.add(layer);
    return new ImageState(run, author, environment, args, commandSet, changed, more);
  }

  private ImageState withHistory(HistoryEntry entry, List<PendingLayer> changedLayers) {
    List<HistoryEntry> more = new ArrayList<>(history);
    more.add(entry);
    return new ImageState(run, author, environment, args, commandSet, more, changedLayers);
  }
}
