package dev.janiko.cli.progress;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.event.BuildEvent.Level;
import java.io.PrintStream;
import java.time.InstantSource;

/**
 * Where and how text is written.
 *
 * @param stream receives progress, encoded in UTF-8
 * @param clock tells the time
 * @param level the least important messages that are shown
 * @param timestamps whether lines of the plain form begin with the time
 * @param color whether colours may be used
 */
public record Output(
    PrintStream stream, InstantSource clock, Level level, boolean timestamps, boolean color) {
  /** Checks the parts. */
  public Output {
    requireNonNull(stream, "stream is null");
    requireNonNull(clock, "clock is null");
    requireNonNull(level, "level is null");
  }

  /** Returns whether messages of a level are shown. */
  boolean shows(Level message) {
    return message.compareTo(level) >= 0;
  }
}
