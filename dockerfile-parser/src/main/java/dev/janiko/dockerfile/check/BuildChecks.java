package dev.janiko.dockerfile.check;

import static java.util.Objects.requireNonNull;

import dev.janiko.dockerfile.Dockerfile;
import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.dockerfile.ParserDirective;
import dev.janiko.dockerfile.Source;
import dev.janiko.dockerfile.SourceRange;
import dev.janiko.dockerfile.Stage;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import dev.janiko.dockerfile.text.GoQuote;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Runs the build checks on a Dockerfile. Immutable. */
public final class BuildChecks {
  private static final String OPTIONS_ARG = "BUILDKIT_DOCKERFILE_CHECK";
  private static final Set<String> RESERVED = Set.of("scratch", "context");

  private final Dockerfile dockerfile;
  private final CheckContext context;
  private final CheckOptions options;

  private BuildChecks(Dockerfile dockerfile, CheckContext context, CheckOptions options) {
    this.dockerfile = dockerfile;
    this.context = context;
    this.options = options;
  }

  /**
   * Checks of a Dockerfile alone: all stages, nothing ignored, no image known.
   *
   * @throws dev.janiko.dockerfile.DockerfileException if its check directive is malformed
   */
  public static BuildChecks of(Dockerfile dockerfile) {
    return of(
        dockerfile,
        new CheckContext(
            Optional.empty(), Map.of(), PatternMatcher.of(List.of()), _ -> Optional.empty()));
  }

  /**
   * Checks of a Dockerfile in a build.
   *
   * @throws dev.janiko.dockerfile.DockerfileException if the check directive, or the build argument
   *     {@code BUILDKIT_DOCKERFILE_CHECK} that replaces it, is malformed
   */
  public static BuildChecks of(Dockerfile dockerfile, CheckContext context) {
    requireNonNull(dockerfile, "dockerfile is null");
    requireNonNull(context, "context is null");
    String given = context.buildArgs().get(OPTIONS_ARG);
    CheckOptions options =
        given != null
            ? CheckOptions.parse(given)
            : directive(dockerfile).orElse(CheckOptions.DEFAULT);
    return new BuildChecks(dockerfile, context, options);
  }

  private static Optional<CheckOptions> directive(Dockerfile dockerfile) {
    for (ParserDirective directive : dockerfile.directives()) {
      if (directive.name().equals("check")) {
        try {
          return Optional.of(CheckOptions.parse(directive.value()));
        } catch (DockerfileException e) {
          throw e.at(SourceRange.line(directive.line())).in(dockerfile.fileName());
        }
      }
    }
    return Optional.empty();
  }

  /** The options in force; {@link CheckOptions#error()} tells whether warnings fail the build. */
  public CheckOptions options() {
    return options;
  }

  /** Runs the checks; warnings come in the order of their lines. */
  public List<CheckWarning> run() {
    Findings findings = new Findings(options);
    List<Instruction> all = new ArrayList<>(dockerfile.globalArgs());
    for (Stage stage : dockerfile.stages()) {
      all.add(stage.from());
      all.addAll(stage.instructions());
    }
    names(findings);
    casing(findings);
    all.forEach(instruction -> written(findings, instruction));
    new FromChecks(dockerfile, findings).run();
    new StageChecks(dockerfile, context, findings).run();
    return findings.sorted();
  }

  private void names(Findings findings) {
    Set<String> seen = new HashSet<>();
    for (Stage stage : dockerfile.stages()) {
      Source source = stage.from().source();
      String name = stage.name().orElse("");
      String written = stage.from().writtenStageName().orElse("");
      if (name.isEmpty()) {
        continue;
      }
      if (!name.equals(written)) {
        findings.add(
            Rule.STAGE_NAME_CASING,
            source,
            "Stage name '" + written + "' should be lowercase",
            written);
      }
      if (RESERVED.contains(name)) {
        findings.add(
            Rule.RESERVED_STAGE_NAME,
            source,
            "Stage name should not use the same name as reserved stage " + GoQuote.quote(name),
            written);
      }
      if (!seen.add(name)) {
        findings.add(
            Rule.DUPLICATE_STAGE_NAME,
            source,
            "Duplicate stage name " + GoQuote.quote(name) + ", stage names should be unique",
            written);
      }
    }
  }

  private static boolean isLower(String text) {
    return text.equals(text.toLowerCase(Locale.ROOT));
  }

  private static boolean isUpper(String text) {
    return text.equals(text.toUpperCase(Locale.ROOT));
  }

  private void casing(Findings findings) {
    List<Source> sources = new ArrayList<>();
    for (Stage stage : dockerfile.stages()) {
      sources.add(stage.from().source());
      stage.instructions().forEach(instruction -> sources.add(instruction.source()));
      as(findings, stage.from());
    }
    long lower = sources.stream().filter(source -> isLower(source.keyword())).count();
    long upper = sources.stream().filter(source -> isUpper(source.keyword())).count();
    boolean mostlyLower = lower > upper;
    for (Source source : sources) {
      String keyword = source.keyword();
      if (mostlyLower ? !isLower(keyword) : !isUpper(keyword)) {
        findings.add(
            Rule.CONSISTENT_INSTRUCTION_CASING,
            source,
            "Command '"
                + keyword
                + "' should match the case of the command majority ("
                + (mostlyLower ? "lowercase" : "uppercase")
                + ")");
      }
    }
  }

  private static void as(Findings findings, Instruction.From from) {
    if (from.stageName().isEmpty()) {
      return;
    }
    String keyword = from.keyword();
    String[] words = from.original().strip().split("\\s+", -1);
    String as = words[words.length - 2];
    boolean matches = isLower(keyword) ? isLower(as) : !isUpper(keyword) || isUpper(as);
    if (!matches) {
      findings.add(
          Rule.FROM_AS_CASING,
          from.source(),
          "'" + as + "' and '" + keyword + "' keywords' casing do not match",
          as);
    }
  }

  private static void written(Findings findings, Instruction instruction) {
    Source source = instruction.source();
    if (source.emptyContinuation()) {
      // The last line is where the instruction turned out to go on.
      findings.add(
          Rule.NO_EMPTY_CONTINUATION,
          new Source(
              SourceRange.line(source.range().endLine()),
              source.original(),
              source.keyword(),
              source.comments(),
              true),
          "Empty continuation line");
    }
    switch (instruction) {
      case Instruction.Maintainer _ ->
          findings.add(
              Rule.MAINTAINER_DEPRECATED,
              source,
              "Maintainer instruction is deprecated in favor of using label");
      case Instruction.From from ->
          from.stageName().ifPresent(name -> description(findings, source, List.of(name)));
      case Instruction.Arg arg ->
          description(
              findings,
              source,
              arg.declarations().stream().map(declaration -> declaration.name()).toList());
      default -> {
        // Nothing to say of how it is written.
      }
    }
  }

  private static void description(Findings findings, Source source, List<String> names) {
    List<String> comments =
        source.comments().stream().filter(comment -> !comment.startsWith("check=")).toList();
    if (comments.isEmpty()
        || names.stream().anyMatch(name -> comments.getFirst().startsWith(name + " "))) {
      return;
    }
    String keyword = source.keyword().toUpperCase(Locale.ROOT);
    String name = names.size() == 1 ? names.getFirst() : "<arg_key>";
    findings.add(
        Rule.INVALID_DEFINITION_DESCRIPTION,
        source,
        "Comment for " + keyword + " should follow the format: `# " + name + " <description>`");
  }
}
