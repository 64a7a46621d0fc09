package dev.janiko.cli.progress;

import dev.janiko.builder.event.BuildListener;

/**
 * Shows a build's events as they arrive. Thread-safe, as every listener is.
 *
 * <p>Writing never fails towards the build: whoever closed the other end is not interested any
 * more.
 */
public interface Renderer extends BuildListener, AutoCloseable {
  /** Writes what is still to be shown and leaves the terminal as it was found. May be repeated. */
  @Override
  void close();
}
