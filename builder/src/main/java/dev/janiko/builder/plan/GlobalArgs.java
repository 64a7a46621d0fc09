package dev.janiko.builder.plan;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
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
  private final Map<String, String> buildArgs;
  private final Expander expander;
  private final Map<String, String> values = new LinkedHashMap<>();

  private GlobalArgs(Map<String, String> buildArgs, Expander expander) {
    this.buildArgs = buildArgs;
    this.expander = expander;
  }

  /** All of them with their values: the built-in ones, and those that the Dockerfile declares. */
  static Map<String, String> evaluate(
      Dockerfile dockerfile, PlanOptions options, String targetName) {
    GlobalArgs args = new GlobalArgs(options.buildArgs(), new Expander(dockerfile.escape()));
    args.put("BUILD", options.buildPlatform());
    args.put("TARGET", options.targetPlatform());
    args.values.put("TARGETSTAGE", targetName);
    args.values.replaceAll((name, value) -> options.buildArgs().getOrDefault(name, value));
    for (Instruction.Arg arg : dockerfile.globalArgs()) {
      arg.declarations().forEach(declaration -> args.declare(arg, declaration));
    }
    return args.values;
  }

  private void put(String prefix, Platform platform) {
    values.put(prefix + "PLATFORM", platform.toString());
    values.put(prefix + "OS", platform.os());
    values.put(prefix + "OSVERSION", "");
    values.put(prefix + "ARCH", platform.architecture());
    values.put(prefix + "VARIANT", platform.variant());
  }

  private void declare(Instruction.Arg arg, ArgDeclaration declaration) {
    String given = buildArgs.get(declaration.name());
    if (given != null) {
      values.put(declaration.name(), given);
      return;
    }
    try {
      declaration
          .defaultWord()
          .map(word -> expander.expand(word, name -> Optional.ofNullable(values.get(name))))
          .ifPresent(value -> values.put(declaration.name(), value));
    } catch (DockerfileException e) {
      throw BuildException.of(Kind.DOCKERFILE, String.valueOf(e.getMessage()), e).at(arg.range());
    }
  }
}
