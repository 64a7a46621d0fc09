package dev.janiko.builder.linux;

import static java.util.Objects.requireNonNull;

import java.util.function.Consumer;

/**
 * How a program's system calls are watched.
 *
 * @param filter which calls
 * @param listening gets the listener, on the launching thread, before the program starts; it must
 *     have another thread answer the calls, and closes the listener in the end
 */
public record Watch(SystemCallFilter filter, Consumer<SystemCallListener> listening) {
  /** Refuses missing parts. */
  public Watch {
    requireNonNull(filter, "filter is null");
    requireNonNull(listening, "listening is null");
  }
}
