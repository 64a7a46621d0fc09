package dev.janiko.builder.step;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.dockerfile.ArgDeclaration;
import dev.janiko.dockerfile.Command;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.dockerfile.NameValue;
import dev.janiko.dockerfile.text.ExposedPorts;
import dev.janiko.dockerfile.text.GoQuote;
import dev.janiko.dockerfile.text.Signals;
import dev.janiko.registry.image.Healthcheck;
import dev.janiko.registry.image.RunConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeSet;

/** The instructions that change the image's config and no files. */
final class ConfigSteps {
  private static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");

  private final StageScope scope;
  private final Instant now;

  ConfigSteps(StageScope scope, Instant now) {
    this.scope = scope;
    this.now = now;
  }

  /** The shell that shell forms are given to. */
  static List<String> shell(ImageState state) {
    return state.run().shell().isEmpty() ? DEFAULT_SHELL : state.run().shell();
  }

  /** The arguments that a command amounts to, in the shell in force if it is in shell form. */
  static List<String> arguments(ImageState state, Command command) {
    return switch (command) {
      case Command.Exec exec -> exec.args();
      case Command.Shell text -> shellArguments(state, text.script());
    };
  }

  /** The shell in force with a text for it. */
  static List<String> shellArguments(ImageState state, String text) {
    List<String> args = new ArrayList<>(shell(state));
    args.add(text);
    return List.copyOf(args);
  }

  ImageState arg(ImageState state, Instruction.Arg arg) {
    ImageState changed = state;
    List<String> texts = new ArrayList<>();
    for (ArgDeclaration declaration : arg.declarations()) {
      Words words = scope.words(changed, arg.range());
      Optional<String> value = scope.argValue(declaration, words);
      changed = changed.withArg(new DeclaredArg(declaration.name(), value));
      texts.add(declaration.name() + value.map(text -> "=" + text).orElse(""));
    }
    return changed.recorded("ARG " + String.join(" ", texts), now);
  }

  ImageState env(ImageState state, Instruction.Env env) {
    ImageState changed = state;
    List<String> texts = new ArrayList<>();
    for (NameValue pair : expanded(state, env, env.pairs())) {
      changed = changed.withVariable(pair.name(), pair.value());
      texts.add(pair.name() + "=" + pair.value());
    }
    return changed.recorded("ENV " + String.join(" ", texts), now);
  }

  ImageState label(ImageState state, Instruction.Label label) {
    Map<String, String> labels = new LinkedHashMap<>(state.run().labels());
    List<String> texts = new ArrayList<>();
    for (NameValue pair : expanded(state, label, label.pairs())) {
      labels.put(pair.name(), pair.value());
      texts.add(pair.name() + "=" + pair.value());
    }
    return state
        .withRun(state.run().withLabels(labels))
        .recorded("LABEL " + String.join(" ", texts), now);
  }

  private List<NameValue> expanded(
      ImageState state, Instruction instruction, List<NameValue> pairs) {
    Words words = scope.words(state, instruction.range());
    return pairs.stream()
        .map(pair -> new NameValue(words.expand(pair.name()), words.expand(pair.value())))
        .toList();
  }

  ImageState user(ImageState state, Instruction.User user) {
    String expanded = scope.words(state, user.range()).expand(user.user());
    return state.withRun(state.run().withUser(expanded)).recorded("USER " + expanded, now);
  }

  ImageState command(ImageState state, Instruction.Cmd cmd) {
    List<String> args = arguments(state, cmd.command());
    return state
        .withRun(state.run().withCmd(args).withArgsEscaped(true))
        .withCommandSet()
        .recorded("CMD " + GoQuote.quote(args), now);
  }

  ImageState entrypoint(ImageState state, Instruction.Entrypoint entrypoint) {
    List<String> args = arguments(state, entrypoint.command());
    RunConfig run = state.run().withEntrypoint(args);
    return state
        .withRun(state.commandSet() ? run : run.withCmd(List.of()))
        .recorded("ENTRYPOINT " + GoQuote.quote(args), now);
  }

  ImageState expose(ImageState state, Instruction.Expose expose) {
    List<String> words = scope.words(state, expose.range()).split(expose.ports());
    List<String> opened = new ArrayList<>();
    for (String word : words) {
      opened.addAll(scope.judged(expose.range(), () -> ExposedPorts.parse(word)));
    }
    SequencedSet<String> ports = new TreeSet<>(state.run().exposedPorts());
    ports.addAll(opened);
    return state
        .withRun(state.run().withExposedPorts(ports))
        .recorded("EXPOSE [" + String.join(" ", opened) + "]", now);
  }

  ImageState volume(ImageState state, Instruction.Volume volume) {
    List<String> paths = scope.words(state, volume.range()).expandAll(volume.paths());
    SequencedSet<String> volumes = new TreeSet<>(state.run().volumes());
    for (String path : paths) {
      if (path.isEmpty()) {
        throw BuildException.at(
            volume.range(), Kind.DOCKERFILE, "VOLUME specified can not be an empty string");
      }
      volumes.add(path);
    }
    return state
        .withRun(state.run().withVolumes(volumes))
        .recorded("VOLUME [" + String.join(" ", paths) + "]", now);
  }

  ImageState stopsignal(ImageState state, Instruction.Stopsignal stopsignal) {
    String signal = scope.words(state, stopsignal.range()).expand(stopsignal.signal());
    if (Signals.number(signal).isEmpty()) {
      throw BuildException.at(stopsignal.range(), Kind.DOCKERFILE, "invalid signal: " + signal);
    }
    return state.withRun(state.run().withStopSignal(signal)).recorded("STOPSIGNAL " + signal, now);
  }

  ImageState shell(ImageState state, Instruction.Shell shell) {
    return state
        .withRun(state.run().withShell(shell.args()))
        .recorded("SHELL [" + String.join(" ", shell.args()) + "]", now);
  }

  ImageState maintainer(ImageState state, Instruction.Maintainer maintainer) {
    return state.withAuthor(maintainer.name()).recorded("MAINTAINER " + maintainer.name(), now);
  }

  ImageState healthcheck(ImageState state, Instruction.Healthcheck healthcheck) {
    Healthcheck check = Healthchecks.config(healthcheck.test());
    return state
        .withRun(state.run().withHealthcheck(Optional.of(check)))
        .recorded("HEALTHCHECK " + Healthchecks.text(check), now);
  }

  ImageState onbuild(ImageState state, Instruction.Onbuild onbuild) {
    List<String> triggers = new ArrayList<>(state.run().onBuild());
    triggers.add(onbuild.trigger());
    return state.withRun(state.run().withOnBuild(triggers));
  }
}
