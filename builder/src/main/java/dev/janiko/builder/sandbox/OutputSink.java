package dev.janiko.builder.sandbox;

/** Takes what a command writes, its output and errors in the order they were written. */
@FunctionalInterface
public interface OutputSink {
  /**
   * Takes one line, without its newline. Very long lines come in pieces.
   *
   * <p>Called from one thread; while it does not return, the command may have to wait.
   *
   * @param line the bytes as written, in no particular encoding; the callee may keep them
   */
  void line(byte[] line);
}
