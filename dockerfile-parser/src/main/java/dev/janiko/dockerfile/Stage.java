package dev.janiko.dockerfile;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * A build stage: one FROM and what follows it.
 *
 * @param from how it begins
 * @param instructions the rest, in order, without the FROM
 */
public record Stage(Instruction.From from, List<Instruction> instructions) {
  /** Copies the instructions. */
  public Stage {
    requireNonNull(from, "from is null");
    instructions = List.copyOf(instructions);
  }

  /** The lower-cased name given with {@code AS}, if any. */
  public Optional<String> name() {
    return from.stageName();
  }
}
