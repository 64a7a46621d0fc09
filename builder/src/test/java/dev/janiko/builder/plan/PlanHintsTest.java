package dev.janiko.builder.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.dockerfile.DockerfileParser;
import dev.janiko.dockerfile.SourceRange;
import dev.janiko.registry.image.Platform;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PlanHintsTest {
  private static BuildPlan plan(String text, Optional<String> target) {
    return Planner.plan(
        DockerfileParser.parse(text.getBytes(StandardCharsets.UTF_8), "Dockerfile"),
        new PlanOptions(target, Map.of(), Platform.host(), Platform.host()));
  }

  private static List<String> stages(String text) {
    return plan(text, Optional.empty()).stages().stream().map(PlannedStage::name).toList();
  }

  @Test
  void stagesThatTheTargetDoesNotNeedAreLeftOut() {
    assertThat(stages("FROM a AS one\nFROM b AS two\nFROM one AS three\n"))
        .containsExactly("one", "three");
  }

  @Test
  void triggersOfAnEarlierStageBringTheStagesThatTheyCopyFrom() {
    assertThat(
            stages(
                """
                FROM a AS files
                FROM b AS parent
                ONBUILD COPY --from=files /in /out
                FROM parent AS child
                """))
        .containsExactly("files", "parent", "child");
  }

  @Test
  void theTimeOfAnImageMayBeGiven() {
    assertThat(plan("ARG SOURCE_DATE_EPOCH=1000\nFROM a\n", Optional.empty()).clock().millis())
        .isEqualTo(1_000_000);
    assertThatThrownBy(() -> plan("ARG SOURCE_DATE_EPOCH=today\nFROM a\n", Optional.empty()))
        .hasMessage("invalid SOURCE_DATE_EPOCH: today");
  }

  private static BuildException missing(String text, int line) {
    return plan(text, Optional.empty())
        .explained(
            BuildException.at(
                SourceRange.line(line), BuildException.Kind.BASE_IMAGE, "no such image"));
  }

  @Test
  void aMisspelledStageIsToldWhereItWasTakenForAnImage() {
    BuildException base = missing("FROM a AS builder\nFROM biulder\n", 2);
    assertThat(base.hint()).contains("did you mean the stage builder?");
    assertThat(base.culprit()).contains("biulder");

    BuildException copy = missing("FROM a AS build\nFROM b\nCOPY --from=biuld x /\n", 3);
    assertThat(copy.hint()).contains("did you mean the stage build?");
    assertThat(copy.culprit()).contains("biuld");

    assertThat(missing("FROM a AS build\nFROM debian\n", 2).hint()).isEmpty();
  }

  @Test
  void errorsPointToTheWordAndSayWhatWasExpected() {
    for (String[] example :
        List.of(
            new String[] {"FROM --platform=$X a", "$X", "expected: FROM --platform=os/arch"},
            new String[] {"ARG X\nFROM $X", "$X", "give the ARG a default"},
            new String[] {
              "FROM Foo/BAR", "Foo/BAR", "expected: the name of an earlier stage, or an image"
            },
            new String[] {"FROM a\nCOPY --from=7 x /", "--from=7", "the stages of this Dockerfile"},
            new String[] {"FROM a\nCOPY --from=0 x /", "--from=0", "a stage can copy from those"},
            new String[] {"FROM a AS b\nCOPY --from=b x /", "--from=b", "a stage can copy from"},
            new String[] {"FROM ${X?}", "${X?}", ""})) {
      assertThatThrownBy(() -> plan(example[0] + "\n", Optional.empty()))
          .as(example[0])
          .isInstanceOfSatisfying(
              BuildException.class,
              e -> {
                assertThat(e.location()).isPresent();
                assertThat(e.culprit()).contains(example[1]);
                assertThat(e.hint().orElse("")).startsWith(example[2]);
              });
    }
  }

  @Test
  void aMisspelledTargetIsToldTheStageThatMayBeMeant() {
    assertThatThrownBy(() -> plan("FROM a AS build\n", Optional.of("bulid")))
        .isInstanceOf(BuildException.class)
        .hasMessage("target stage \"bulid\" could not be found (did you mean build?)");
  }

  @Test
  void aMisspelledPlatformArgumentIsToldTheOneThatMayBeMeant() {
    assertThatThrownBy(() -> plan("FROM --platform=$BULIDPLATFORM a\n", Optional.empty()))
        .hasMessage(
            "empty platform value from expression $BULIDPLATFORM (did you mean BUILDPLATFORM?)");
  }
}
