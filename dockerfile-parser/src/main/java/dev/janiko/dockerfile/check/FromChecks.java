package dev.janiko.dockerfile.check;

import dev.janiko.dockerfile.ArgDeclaration;
import dev.janiko.dockerfile.Dockerfile;
import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.Expander;
import dev.janiko.dockerfile.Expansion;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.dockerfile.Stage;
import dev.janiko.dockerfile.Variables;
import dev.janiko.dockerfile.text.GoQuote;
import dev.janiko.dockerfile.text.Suggestion;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The checks of FROM and of the ARGs before it. */
final class FromChecks {
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
  private static final String NAME = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
  private static final Pattern REFERENCE =
      Pattern.compile(
          "(?:[a-zA-Z0-9.-]+(?::\\d+)?/)?"
              + NAME
              + "(?:/"
              + NAME
              + ")*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9+._-]*:[0-9a-fA-F]{32,})?");

  private final Dockerfile dockerfile;
  private final Findings findings;
  private final Expander expander;
  private final Set<String> declared = new LinkedHashSet<>();
  private final Map<String, String> defaults = new LinkedHashMap<>();

  FromChecks(Dockerfile dockerfile, Findings findings) {
    this.dockerfile = dockerfile;
    this.findings = findings;
    this.expander = new Expander(dockerfile.escape());
  }

  void run() {
    declare();
    for (Stage stage : dockerfile.stages()) {
      Instruction.From from = stage.from();
      Optional<Expansion> image = expand(from.image());
      image.ifPresent(expansion -> undeclared(from, expansion));
      boolean valid = image.map(it -> REFERENCE.matcher(it.text()).matches()).orElse(true);
      if (!valid && from.image().indexOf('$') >= 0) {
        findings.add(
            Rule.INVALID_DEFAULT_ARG_IN_FROM,
            from.source(),
            "Default value for ARG "
                + from.image()
                + " results in empty or invalid base image name",
            from.image());
      }
      from.platform().ifPresent(platform -> platform(from, platform));
    }
  }

  private void declare() {
    // Only whether they are set matters to what is told of a name.
    BUILT_IN.forEach(name -> defaults.put(name, name.endsWith("PLATFORM") ? "linux/amd64" : "x"));
    declared.addAll(BUILT_IN);
    for (Instruction.Arg arg : dockerfile.globalArgs()) {
      for (ArgDeclaration declaration : arg.declarations()) {
        declared.add(declaration.name());
        declaration
            .defaultWord()
            .flatMap(this::expand)
            .ifPresent(value -> defaults.put(declaration.name(), value.text()));
      }
    }
  }

  private Optional<Expansion> expand(String word) {
    try {
      return Optional.of(expander.process(word, Variables.of(defaults)));
    } catch (DockerfileException _) {
      // The build tells what is wrong with it.
      return Optional.empty();
    }
  }

  private void undeclared(Instruction.From from, Expansion expansion) {
    for (String name : expansion.unmatched()) {
      if (!declared.contains(name)) {
        findings.add(
            Rule.UNDEFINED_ARG_IN_FROM,
            from.source(),
            "FROM argument '"
                + name
                + "' is not declared"
                + Suggestion.hint(Suggestion.nearest(name, declared)),
            name);
      }
    }
  }

  private void platform(Instruction.From from, String platform) {
    expand(platform).ifPresent(expansion -> undeclared(from, expansion));
    if (platform.equals("$TARGETPLATFORM") || platform.equals("${TARGETPLATFORM}")) {
      findings.add(
          Rule.REDUNDANT_TARGET_PLATFORM,
          from.source(),
          "Setting platform to predefined "
              + platform
              + " in FROM is redundant as this is the default behavior",
          platform);
    }
    String name = from.stageName().orElse("");
    boolean named = List.of(platform.split("/", -1)).stream().anyMatch(name::contains);
    if (platform.indexOf('$') < 0 && !named) {
      findings.add(
          Rule.FROM_PLATFORM_FLAG_CONST_DISALLOWED,
          from.source(),
          "FROM --platform flag should not use constant value " + GoQuote.quote(platform),
          platform);
    }
  }
}
