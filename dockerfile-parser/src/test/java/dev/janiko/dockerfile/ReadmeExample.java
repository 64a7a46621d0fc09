package dev.janiko.dockerfile;

import dev.janiko.dockerfile.check.BuildChecks;
import dev.janiko.dockerfile.pattern.IgnoreFile;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import java.io.PrintStream;
import java.util.Map;

/** The example of README.md; {@link ReadmeTest} sees to it that it is the same. */
final class ReadmeExample {
  private ReadmeExample() {}

  static void run(PrintStream out) {
    String text =
        """
        FROM debian:bookworm AS build
        ARG VERSION=1.0
        RUN make VERSION=$VERSION
        FROM scratch
        COPY --from=build /out/app-${VERSION:-dev} /app
        CMD /app
        """;
    Dockerfile dockerfile = DockerfileParser.parse(text, "Dockerfile");

    // The tree: sealed records, each with its lines.
    for (Stage stage : dockerfile.stages()) {
      for (Instruction instruction : stage.instructions()) {
        switch (instruction) {
          case Instruction.Copy copy -> out.println(copy.range() + " from " + copy.from());
          case Instruction.Run run -> out.println(run.range() + " " + run.command());
          default -> out.println(instruction.range() + " " + instruction.kind());
        }
      }
    }

    // Words are expanded as BuildKit expands them.
    Expander expander = new Expander(dockerfile.escape());
    out.println(expander.expand("/out/app-${VERSION:-dev}", Variables.of(Map.of("VERSION", "2"))));

    // What is allowed and still likely a mistake.
    BuildChecks.of(dockerfile).run().forEach(out::println);

    // What is ignored, with moby's rules.
    PatternMatcher ignored = PatternMatcher.of(IgnoreFile.parse("**/*.log\n!keep.log\n"));
    out.println(ignored.matchesOrParentMatches("logs/today.log"));

    // What is wrong: the place, a caret, what was expected.
    String wrong = "FROM scratch\nCOPY --form=build /app /\n";
    try {
      DockerfileParser.parse(wrong, "Dockerfile");
    } catch (DockerfileException e) {
      out.println(e.describe(wrong));
    }
  }
}
