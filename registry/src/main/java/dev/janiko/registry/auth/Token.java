package dev.janiko.registry.auth;

import java.util.Set;

/**
 * A bearer token.
 *
 * @param value the token, never printed
 * @param granted what it was asked for
 * @param end when it is over, on the clock of {@link System#nanoTime}
 */
record Token(String value, Set<String> granted, long end) {
  Token {
    granted = Set.copyOf(granted);
  }

  boolean isOver() {
    return System.nanoTime() - end >= 0;
  }

  @Override
  public String toString() {
    return "Token" + granted;
  }
}
