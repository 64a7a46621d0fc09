package dev.janiko.builder.step;

/** Takes the lines that a step's command writes. */
@FunctionalInterface
public interface StepOutput {
  /**
   * Takes one line.
   *
   * @param line the bytes as written, without the newline
   */
  void line(byte[] line);
}
