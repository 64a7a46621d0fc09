package dev.janiko.registry.client;

import dev.janiko.registry.image.Descriptor;

/** Hears how far transfers are. Called from the threads that transfer; must return at once. */
@FunctionalInterface
public interface TransferListener {
  /**
   * Some bytes of a blob went over the wire.
   *
   * @param direction which way
   * @param host the registry
   * @param blob the blob
   * @param position how many of its bytes are through; it goes back when a transfer begins again
   */
  void transferred(Direction direction, String host, Descriptor blob, long position);

  /** Something is not as it should be, but the work goes on. One line for people. */
  default void warned(String message) {}

  /** A listener that does not care. */
  static TransferListener none() {
    return (direction, host, blob, position) -> {};
  }

  /** Which way bytes go. */
  enum Direction {
    /** From a registry. */
    DOWN,
    /** To a registry. */
    UP
  }
}
