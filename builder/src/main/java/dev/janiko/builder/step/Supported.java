package dev.janiko.builder.step;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.dockerfile.Instruction;
import java.util.List;
import java.util.Set;

/** Refuses, before anything is done, what this version does not build. */
public final class Supported {
  private static final Set<String> NETWORKS = Set.of("default", "none", "host");

  private Supported() {}

  /**
   * Checks the instructions of a stage.
   *
   * @throws BuildException naming the first instruction or flag that is not supported
   */
  public static void require(List<Instruction> instructions) {
    instructions.forEach(Supported::require);
  }

  private static void require(Instruction instruction) {
    switch (instruction) {
      case Instruction.Run run -> requireRun(run);
      case Instruction.Add _,
          Instruction.Copy _,
          Instruction.From _,
          Instruction.Arg _,
          Instruction.Env _,
          Instruction.Label _,
          Instruction.Maintainer _,
          Instruction.Workdir _,
          Instruction.User _,
          Instruction.Stopsignal _,
          Instruction.Expose _,
          Instruction.Volume _,
          Instruction.Shell _,
          Instruction.Cmd _,
          Instruction.Entrypoint _,
          Instruction.Healthcheck _,
          Instruction.Onbuild _ -> {}
    }
  }

  private static void requireRun(Instruction.Run run) {
    if (!run.devices().isEmpty()) {
      refuse(run, "RUN --device", "leave it out");
    }
    if (run.network().filter(network -> !NETWORKS.contains(network)).isPresent()) {
      refuse(run, "RUN --network=" + run.network().get(), "leave --network out");
    }
    if (run.security().filter(security -> !security.equals("sandbox")).isPresent()) {
      throw BuildException.at(
              run.range(), Kind.DOCKERFILE, "security." + run.security().get() + " is not allowed")
          .withHint("commands get no more rights than usual; leave --security out");
    }
  }

  private static void refuse(Instruction instruction, String what, String instead) {
    throw BuildException.at(
            instruction.range(), Kind.DOCKERFILE, what + " is not supported by this version")
        .withHint(instead);
  }
}
