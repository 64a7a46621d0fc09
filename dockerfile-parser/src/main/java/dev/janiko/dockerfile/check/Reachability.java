package dev.janiko.dockerfile.check;

import dev.janiko.dockerfile.Dockerfile;
import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.dockerfile.Mount;
import dev.janiko.dockerfile.Stage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Which stages a target needs. */
final class Reachability {
  private final Dockerfile dockerfile;
  private final GlobalValues globals;

  Reachability(Dockerfile dockerfile, GlobalValues globals) {
    this.dockerfile = dockerfile;
    this.globals = globals;
  }

  /** The indexes of the stages the target needs, itself included; all without a target. */
  Set<Integer> from(Optional<String> target) {
    int count = dockerfile.stages().size();
    Set<Integer> reached = new HashSet<>();
    Deque<Integer> open = new ArrayDeque<>();
    if (target.isPresent()) {
      index(target.get(), count).ifPresent(open::add);
    } else {
      for (int i = 0; i < count; i++) {
        open.add(i);
      }
    }
    while (!open.isEmpty()) {
      int index = open.remove();
      if (reached.add(index)) {
        Stage stage = dockerfile.stages().get(index);
        index(globals.base(stage.from()), index).ifPresent(open::add);
        stage.instructions().forEach(instruction -> follow(instruction, index, open));
      }
    }
    return reached;
  }

  private void follow(Instruction instruction, int before, Deque<Integer> open) {
    switch (instruction) {
      case Instruction.Copy copy ->
          copy.from().flatMap(from -> index(from, before)).ifPresent(open::add);
      case Instruction.Run run ->
          run.mounts().forEach(mount -> index(from(mount), before).ifPresent(open::add));
      default -> {
        // It needs no stage.
      }
    }
  }

  private static String from(String mount) {
    try {
      return switch (Mount.parse(mount, UnaryOperator.identity())) {
        case Mount.Bind bind -> bind.from();
        case Mount.Cache cache -> cache.from();
        case Mount.Tmpfs _, Mount.Secret _, Mount.Ssh _ -> "";
      };
    } catch (DockerfileException _) {
      // Its values may not be known yet; the build tells if they are wrong.
      return "";
    }
  }

  private Optional<Integer> index(String name, int before) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (int i = before - 1; i >= 0; i--) {
      if (dockerfile.stages().get(i).name().filter(lower::equals).isPresent()
          || String.valueOf(i).equals(name)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }
}
