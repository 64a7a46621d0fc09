package dev.janiko.dockerfile;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * A variable that ARG declares.
 *
 * @param name its name as written
 * @param defaultWord the default's word, unexpanded; empty for a bare {@code ARG NAME}
 */
public record ArgDeclaration(String name, Optional<String> defaultWord) {
  /** Refuses absent parts. */
  public ArgDeclaration {
    requireNonNull(name, "name is null");
    requireNonNull(defaultWord, "defaultWord is null");
  }
}
