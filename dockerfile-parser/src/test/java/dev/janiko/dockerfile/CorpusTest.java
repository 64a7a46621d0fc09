package dev.janiko.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.dockerfile.check.BuildChecks;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every Dockerfile of the corpus parses, prints back, and parses to the same tree. */
final class CorpusTest {
  static Stream<String> names() {
    return Corpus.FILES.keySet().stream().sorted();
  }

  private static Dockerfile parse(String name) {
    return DockerfileParser.parse(Corpus.FILES.getOrDefault(name, ""), name);
  }

  @Test
  void thereAreFortyAndMore() {
    assertThat(Corpus.FILES).hasSizeGreaterThanOrEqualTo(40);
  }

  @Test
  void everyInstructionOccurs() {
    Set<Keyword> seen = EnumSet.noneOf(Keyword.class);
    Corpus.FILES
        .keySet()
        .forEach(name ->
            parse(name)
                .stages()
                .forEach(stage -> {
                  seen.add(Keyword.FROM);
                  stage.instructions().forEach(instruction -> seen.add(instruction.kind()));
                }));
    assertThat(seen).containsExactlyInAnyOrder(Keyword.values());
  }

  @ParameterizedTest
  @MethodSource("names")
  void printsBackToTheSameTree(String name) {
    Dockerfile dockerfile = parse(name);
    Dockerfile again = DockerfileParser.parse(dockerfile.print(), name);

    assertThat(Trees.describe(again))
        .as("%s", dockerfile.print())
        .isEqualTo(Trees.describe(dockerfile));
  }

  @ParameterizedTest
  @MethodSource("names")
  void rangesLieInTheFileAndFollowEachOther(String name) {
    Dockerfile dockerfile = parse(name);
    long lines = dockerfile.text().lines().count();
    int last = 0;
    for (Stage stage : dockerfile.stages()) {
      for (Instruction instruction :
          Stream.concat(Stream.of(stage.from()), stage.instructions().stream()).toList()) {
        assertThat(instruction.range().startLine()).isGreaterThan(last);
        last = instruction.range().endLine();
      }
    }
    assertThat((long) last).isLessThanOrEqualTo(lines);
  }

  @ParameterizedTest
  @MethodSource("names")
  void canBeChecked(String name) {
    Dockerfile dockerfile = parse(name);

    assertThat(BuildChecks.of(dockerfile).run())
        .allSatisfy(warning ->
            assertThat(warning.caret(dockerfile.text().lines().toList()).line()).isPositive());
  }
}
