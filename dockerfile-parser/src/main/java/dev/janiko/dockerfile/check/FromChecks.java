package dev.janiko.dockerfile.check;

import dev.janiko.dockerfile.Dockerfile;
import dev.janiko.dockerfile.Expansion;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.dockerfile.Stage;
import dev.janiko.dockerfile.text.GoQuote;
import dev.janiko.dockerfile.text.Suggestion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The checks of FROM and of the ARGs before it. */
final class FromChecks {
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
  private final GlobalValues globals;

  FromChecks(Dockerfile dockerfile, Findings findings) {
    this.dockerfile = dockerfile;
    this.findings = findings;
    this.globals = GlobalValues.of(dockerfile, Map.of());
  }

  void run() {
    for (Stage stage : dockerfile.stages()) {
      Instruction.From from = stage.from();
      Optional<Expansion> image = globals.expand(from.image());
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

  private void undeclared(Instruction.From from, Expansion expansion) {
    for (String name : expansion.unmatched()) {
      if (!globals.declared().contains(name)) {
        findings.add(
            Rule.UNDEFINED_ARG_IN_FROM,
            from.source(),
            "FROM argument '"
                + name
                + "' is not declared"
                + Suggestion.hint(Suggestion.nearest(name, globals.declared())),
            name);
      }
    }
  }

  private void platform(Instruction.From from, String platform) {
    globals.expand(platform).ifPresent(expansion -> undeclared(from, expansion));
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
