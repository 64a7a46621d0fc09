package dev.janiko.dockerfile.check;

import dev.janiko.dockerfile.ArgDeclaration;
import dev.janiko.dockerfile.Dockerfile;
import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.Expander;
import dev.janiko.dockerfile.Expansion;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.dockerfile.Variables;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The variables in effect for FROM. Immutable once read. */
final class GlobalValues {
  private static final List<String> BUILT_IN =
      List.of(
          "BUILDPLATFORM",
          "BUILDOS",
          "BUILDOSVERSION",
          "BUILDARCH",
          "BUILDVARIANT",
          "TARGETPLATFORM",
          "TARGETOS",
          "TARGETOSVERSION",
          "TARGETARCH",
          "TARGETVARIANT",
          "TARGETSTAGE");

  private final Expander expander;
  private final Set<String> declared = new LinkedHashSet<>(BUILT_IN);
  private final Map<String, String> values = new LinkedHashMap<>();

  private GlobalValues(Expander expander) {
    this.expander = expander;
  }

  /**
   * The values of a Dockerfile.
   *
   * @param given values that count more than defaults
   */
  static GlobalValues of(Dockerfile dockerfile, Map<String, String> given) {
    GlobalValues globals = new GlobalValues(new Expander(dockerfile.escape()));
    // Only whether they are set matters to what is told of a name.
    BUILT_IN.forEach(name ->
        globals.values.put(
            name, given.getOrDefault(name, name.endsWith("PLATFORM") ? "linux/amd64" : "x")));
    for (Instruction.Arg arg : dockerfile.globalArgs()) {
      arg.declarations().forEach(declaration -> globals.declare(declaration, given));
    }
    return globals;
  }

  private void declare(ArgDeclaration declaration, Map<String, String> given) {
    declared.add(declaration.name());
    String value = given.get(declaration.name());
    if (value != null) {
      values.put(declaration.name(), value);
    } else {
      declaration
          .defaultWord()
          .flatMap(this::expand)
          .ifPresent(expansion -> values.put(declaration.name(), expansion.text()));
    }
  }

  /** A word's expansion; empty if it cannot be expanded, which the build tells. */
  Optional<Expansion> expand(String word) {
    try {
      return Optional.of(expander.process(word, Variables.of(values)));
    } catch (DockerfileException _) {
      return Optional.empty();
    }
  }

  /** The names that are declared, whether they have values or not. */
  Set<String> declared() {
    return declared;
  }

  /** The name of what a stage starts from, as far as it can be expanded. */
  String base(Instruction.From from) {
    return expand(from.image()).map(Expansion::text).orElse(from.image());
  }
}
