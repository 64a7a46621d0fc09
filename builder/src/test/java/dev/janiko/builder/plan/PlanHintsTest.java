package dev.janiko.builder.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.dockerfile.DockerfileParser;
import dev.janiko.registry.image.Platform;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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
    assertThat(plan("ARG SOURCE_DATE_EPOCH=1000\nFROM a\n", Optional.empty()).epoch())
        .contains(Instant.ofEpochSecond(1000));
    assertThatThrownBy(() -> plan("ARG SOURCE_DATE_EPOCH=today\nFROM a\n", Optional.empty()))
        .hasMessage("invalid SOURCE_DATE_EPOCH: today");
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
