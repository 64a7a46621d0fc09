package dev.janiko.builder.step;

import dev.janiko.builder.plan.CopySource;
import dev.janiko.dockerfile.Instruction;
import java.util.Optional;

/** Where instructions of a stage take files from. */
public interface Sources {
  /** What the {@code --from} of a COPY stands for. */
  CopySource of(Instruction.Copy copy);

  /**
   * What the {@code from} of a mount stands for.
   *
   * @param mount one of the instruction's {@code --mount} values
   * @return nothing if it has none, or names the empty image
   */
  Optional<CopySource> of(Instruction.Run run, String mount);

  /** Fetches what ADD names elsewhere. */
  RemoteFiles remote();
}
