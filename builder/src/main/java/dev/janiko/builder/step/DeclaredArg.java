package dev.janiko.builder.step;

import java.util.Optional;

/**
 * An argument that a stage declared.
 *
 * @param name its name
 * @param value its value, or none if nothing gives it one
 */
public record DeclaredArg(String name, Optional<String> value) {}
