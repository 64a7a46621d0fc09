package dev.janiko.builder.event;

/**
 * Hears the events of a build.
 *
 * <p>Called from several threads at once (steps run while layers travel), so an implementation is
 * thread-safe. It returns quickly and throws nothing: a build never fails because of its audience.
 */
@FunctionalInterface
public interface BuildListener {
  /** Hears one event. The events of one step, and of one transfer, arrive in order. */
  void on(BuildEvent event);

  /** Returns a listener that hears nothing. */
  static BuildListener none() {
    return event -> {};
  }
}
