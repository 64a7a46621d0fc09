package dev.janiko.builder.plan;

import dev.janiko.builder.BuildException;
import dev.janiko.builder.BuildException.Kind;
import dev.janiko.dockerfile.ArgDeclaration;
import dev.janiko.dockerfile.Dockerfile;
import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.Expander;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.registry.image.Platform;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The arguments in effect before the first stage. */
final class GlobalArgs {
  private GlobalArgs() {}

  static Map<String, String> evaluate(
      Dockerfile dockerfile, PlanOptions options, String targetName) {
    Map<String, String> values = builtIn(options, targetName);
    values.replaceAll((name, value) -> options.buildArgs().getOrDefault(name, value));
    Expander expander = new Expander(dockerfile.escape());
    for (Instruction.Arg arg : dockerfile.globalArgs()) {
      for (ArgDeclaration declaration : arg.declarations()) {
        value(arg, declaration, options, values, expander)
            .ifPresent(value -> values.put(declaration.name(), value));
      }
    }
    return values;
  }

  private static Map<String, String> builtIn(PlanOptions options, String targetName) {
    Map<String, String> values = new LinkedHashMap<>();
    put(values, "BUILD", options.buildPlatform());
    put(values, "TARGET", options.targetPlatform());
    values.put("TARGETSTAGE", targetName);
    return values;
  }

  private static void put(Map<String, String> values, String prefix, Platform platform) {
    values.put(prefix + "PLATFORM", platform.toString());
    values.put(prefix + "OS", platform.os());
    values.put(prefix + "OSVERSION", "");
    values.put(prefix + "ARCH", platform.architecture());
    values.put(prefix + "VARIANT", platform.variant());
  }

  private static Optional<String> value(
      Instruction.Arg arg,
      ArgDeclaration declaration,
      PlanOptions options,
      Map<String, String> values,
      Expander expander) {
    String given = options.buildArgs().get(declaration.name());
    if (given != null) {
      return Optional.of(given);
    }
    try {
      return declaration
          .defaultWord()
          .map(word -> expander.expand(word, name -> Optional.ofNullable(values.get(name))));
    } catch (DockerfileException e) {
      throw BuildException.of(Kind.DOCKERFILE, String.valueOf(e.getMessage()), e).at(arg.range());
    }
  }
}
