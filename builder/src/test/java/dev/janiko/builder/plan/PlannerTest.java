package dev.janiko.builder.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.dockerfile.DockerfileParser;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class PlannerTest {
  private static final Platform AMD64 = Platform.parse("linux/amd64");

  private static BuildPlan plan(String target, Map<String, String> args, String... lines) {
    String text = String.join("\n", lines) + "\n";
    return Planner.plan(
        DockerfileParser.parse(text.getBytes(StandardCharsets.UTF_8), "Dockerfile"),
        new PlanOptions(
            target.isEmpty() ? Optional.empty() : Optional.of(target), args, AMD64, AMD64));
  }

  private static BuildPlan plan(String... lines) {
    return plan("", Map.of(), lines);
  }

  private static List<String> names(BuildPlan plan) {
    return plan.stages().stream().map(PlannedStage::name).toList();
  }

  private static ImageChoice choice(String name) {
    return ImageChoice.of(ImageReference.parse(name), AMD64);
  }

  private static StageBase image(String name) {
    return new StageBase.Image(choice(name));
  }

  private static void assertRefused(ThrowingCallable work, int line, String message) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            BuildException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.DOCKERFILE);
              assertThat(e.location().orElseThrow().startLine()).isEqualTo(line);
            })
        .hasMessage(message);
  }

  @Test
  void theLastStageIsTheTarget() {
    BuildPlan plan = plan("FROM a", "FROM b AS last");
    assertThat(names(plan)).containsExactly("last");
    assertThat(plan.target().base()).isEqualTo(image("b"));
    assertThat(plan.target().index()).isEqualTo(1);
  }

  @Test
  void stagesThatTheTargetDoesNotNeedAreLeftOut() {
    BuildPlan plan =
        plan(
            "FROM a AS one",
            "FROM nowhere.invalid/x AS unused",
            "FROM one AS two",
            "FROM scratch",
            "COPY --from=two /x /y");
    assertThat(names(plan)).containsExactly("one", "two", "stage-3");
    assertThat(plan.target().needs()).isEqualTo(Set.of(2));
    assertThat(plan.stages().get(1).needs()).isEqualTo(Set.of(0));
  }

  @Test
  void aTargetIsFoundByNameInAnyCaseOrByIndex() {
    String[] file = {"FROM a AS Base", "FROM b", "FROM c"};
    assertThat(plan("BASE", Map.of(), file).target().index()).isZero();
    assertThat(plan("base", Map.of(), file).target().index()).isZero();
    assertThat(plan("1", Map.of(), file).target().index()).isEqualTo(1);
    assertThat(names(plan("0", Map.of(), file))).containsExactly("base");
  }

  @Test
  void anUnknownTargetIsRefusedWithTheStagesThereAre() {
    for (String unknown : List.of("elsewhere", "20", "99999999999")) {
      assertThatThrownBy(() -> plan(unknown, Map.of(), "FROM a AS one", "FROM b"))
          .isInstanceOfSatisfying(
              BuildException.class,
              e -> assertThat(e.hint()).contains("the stages are: one, stage-1"))
          .hasMessage("target stage \"" + unknown + "\" could not be found");
    }
  }

  @Test
  void aTargetThatIsAlmostRightIsSuggested() {
    assertThatThrownBy(() -> plan("buidl", Map.of(), "FROM a AS build", "FROM b"))
        .isInstanceOf(BuildException.class)
        .hasMessage("target stage \"buidl\" could not be found (did you mean build?)");
  }

  @Test
  void ofTwoStagesWithOneNameTheLaterIsMeant() {
    BuildPlan plan = plan("FROM a AS x", "FROM b AS x", "FROM x");
    assertThat(plan.target().base()).isEqualTo(new StageBase.EarlierStage(1));
  }

  @Test
  void aStageCanHaveTheNameOfItsImage() {
    BuildPlan plan = plan("FROM busybox AS busybox", "FROM busybox");
    assertThat(plan.stages().get(0).base()).isEqualTo(image("busybox"));
    assertThat(plan.target().base()).isEqualTo(new StageBase.EarlierStage(0));
  }

  @Test
  void fromDoesNotFindAStageInAnotherCase() {
    assertThatThrownBy(() -> plan("FROM a AS Base", "FROM BASE"))
        .isInstanceOf(BuildException.class)
        .hasMessageStartingWith("failed to parse stage name \"BASE\"");
    BuildPlan plan = plan("FROM a AS Base", "FROM scratch", "COPY --from=BASE /x /");
    assertThat(plan.target().needs()).isEqualTo(Set.of(0));
  }

  @Test
  void scratchIsNothing() {
    assertThat(plan("FROM scratch").target().base()).isEqualTo(new StageBase.Scratch());
  }

  @Test
  void copySourcesAreContextStageIndexOrImage() {
    BuildPlan plan =
        plan(
            "FROM a AS one",
            "FROM scratch",
            "COPY x /",
            "COPY --from=one x /",
            "COPY --from=0 x /",
            "COPY --from=busybox:1 x /");
    List<CopySource> sources =
        plan.target().syntax().instructions().stream()
            .map(Instruction.Copy.class::cast)
            .map(copy -> plan.copySource(plan.target(), copy))
            .toList();
    assertThat(sources)
        .containsExactly(
            new CopySource.Context(),
            new CopySource.EarlierStage(0),
            new CopySource.EarlierStage(0),
            new CopySource.Image(choice("busybox:1")));
  }

  @Test
  void copiesFromLaterOwnAndMissingStagesAreRefused() {
    assertRefused(
        () -> plan("a", Map.of(), "FROM x AS a", "COPY --from=b /a /", "FROM x AS b"),
        2,
        "cannot copy from stage \"b\", it needs to be defined before current stage \"a\"");
    assertRefused(
        () -> plan("FROM x", "COPY --from=0 /a /"),
        2,
        "circular dependency detected on stage: stage-0");
    assertRefused(
        () -> plan("FROM x AS a", "COPY --from=a /a /"),
        2,
        "circular dependency detected on stage: a");
    assertRefused(() -> plan("FROM x", "COPY --from=5 /a /"), 2, "invalid stage index 5");
    assertRefused(
        () -> plan("ARG S=x", "FROM y", "ARG S", "COPY --from=$S /a /"),
        4,
        "variable expansion is not supported for --from, define a new stage with FROM using ARG"
            + " from global scope as a workaround");
  }

  @Test
  void globalArgumentsNameBases() {
    String[] file = {"ARG TAG=1", "ARG IMAGE=busybox:${TAG}", "FROM $IMAGE"};
    assertThat(plan(file).target().base()).isEqualTo(image("busybox:1"));
    assertThat(plan("", Map.of("TAG", "2"), file).target().base()).isEqualTo(image("busybox:2"));
    assertThat(plan("", Map.of("IMAGE", "x"), file).target().base()).isEqualTo(image("x"));
  }

  @Test
  void argumentsOfAStageDoNotNameBases() {
    assertRefused(
        () -> plan("FROM a", "ARG B=b", "FROM $B"), 3, "base name ($B) should not be blank");
    assertRefused(() -> plan("ARG X", "FROM $X"), 2, "base name ($X) should not be blank");
  }

  @Test
  void aBuildArgumentThatIsNotDeclaredDoesNotNameBases() {
    assertRefused(
        () -> plan("", Map.of("X", "a"), "FROM $X"), 1, "base name ($X) should not be blank");
  }

  @Test
  void builtInArgumentsAreThereAndCanBeGiven() {
    BuildPlan plan = plan("FROM a AS one");
    assertThat(plan.globalArgs())
        .containsEntry("TARGETPLATFORM", "linux/amd64")
        .containsEntry("TARGETOS", "linux")
        .containsEntry("TARGETARCH", "amd64")
        .containsEntry("TARGETVARIANT", "")
        .containsEntry("BUILDPLATFORM", "linux/amd64")
        .containsEntry("TARGETSTAGE", "one");
    assertThat(plan("FROM a").globalArgs()).containsEntry("TARGETSTAGE", "default");
    assertThat(plan("", Map.of("TARGETARCH", "mine"), "ARG A=x-$TARGETARCH", "FROM $A").target())
        .extracting(PlannedStage::base)
        .isEqualTo(image("x-mine"));
  }

  @Test
  void defaultsSeeOnlyWhatIsBeforeThem() {
    BuildPlan plan = plan("ARG A=$B-x", "ARG B=b", "ARG C=$A$B", "FROM a");
    assertThat(plan.globalArgs())
        .containsEntry("A", "-x")
        .containsEntry("B", "b")
        .containsEntry("C", "-xb");
  }

  @Test
  void anArgumentThatDemandsAValueIsRefusedWithItsPlace() {
    assertRefused(
        () -> plan("ARG A=1", "ARG B=${C:?need}", "FROM a"),
        2,
        "failed to process \"${C:?need}\": C: need");
  }

  @Test
  void aBaseIsForTheTargetsPlatformOrItsOwn() {
    assertThat(plan("FROM --platform=$TARGETPLATFORM a").target().base()).isEqualTo(image("a"));
    assertThat(plan("FROM --platform=linux/amd64 a").target().base()).isEqualTo(image("a"));
    assertThat(plan("FROM --platform=linux/arm64 a").target().base())
        .isEqualTo(
            new StageBase.Image(
                ImageChoice.of(ImageReference.parse("a"), Platform.parse("linux/arm64"))));
    assertRefused(
        () -> plan("FROM --platform=$NOPE a"), 1, "empty platform value from expression $NOPE");
    assertThatThrownBy(() -> plan("FROM --platform=a/b/c/d/e a"))
        .isInstanceOf(BuildException.class)
        .hasMessageStartingWith("failed to parse platform a/b/c/d/e: ");
  }

  @Test
  void aBadImageNameIsRefused() {
    assertThatThrownBy(() -> plan("FROM Foo/BAR"))
        .isInstanceOf(BuildException.class)
        .hasMessageStartingWith("failed to parse stage name \"Foo/BAR\": ");
  }

  @Test
  void imagesWhoseFilesAreNeededAreKnownBeforehand() {
    BuildPlan plan =
        plan(
            "FROM config-only AS meta",
            "ENV A=b",
            "FROM tools AS tools",
            "CMD x",
            "FROM meta AS user",
            "COPY --from=tools /bin/x /x",
            "COPY --from=other /y /y");
    assertThat(FileNeeds.images(plan))
        .containsExactlyInAnyOrder(choice("config-only"), choice("tools"), choice("other"));
    assertThat(FileNeeds.targetImage(plan)).contains(choice("config-only"));
  }

  @Test
  void aBuildOfConfigOnlyNeedsNoFiles() {
    BuildPlan plan = plan("FROM a", "ENV A=b", "LABEL x=y", "WORKDIR /", "CMD [\"x\"]");
    assertThat(FileNeeds.images(plan)).isEmpty();
    assertThat(FileNeeds.targetImage(plan)).contains(choice("a"));
    assertThat(FileNeeds.targetImage(plan("FROM scratch"))).isEmpty();
    assertThat(FileNeeds.images(plan("FROM a", "WORKDIR /x"))).hasSize(1);
    assertThat(FileNeeds.images(plan("FROM a", "RUN x"))).hasSize(1);
    assertThat(FileNeeds.images(plan("FROM a", "COPY x /"))).hasSize(1);
  }

  private static BuildPlan plan(Map<String, NamedSource> sources, String... lines) {
    String text = String.join("\n", lines) + "\n";
    return Planner.plan(
        DockerfileParser.parse(text.getBytes(StandardCharsets.UTF_8), "Dockerfile"),
        new PlanOptions(Optional.empty(), Map.of(), AMD64, AMD64, sources));
  }

  private static NamedSource named(String image) {
    return new NamedSource.Image(ImageReference.parse(image));
  }

  @Test
  void aNameOfItsOwnReplacesAnImageHoweverItIsWritten() {
    Map<String, NamedSource> sources = Map.of("alpine", named("mine:1"));
    for (String name : List.of("alpine", "alpine:latest", "docker.io/library/alpine")) {
      assertThat(plan(sources, "FROM " + name).target().base()).isEqualTo(image("mine:1"));
    }
    assertThat(plan(sources, "FROM alpine:3").target().base()).isEqualTo(image("alpine:3"));
    assertThat(plan(Map.of("alpine::linux/arm64", named("x")), "FROM alpine").target().base())
        .isEqualTo(image("alpine"));
    assertThat(plan(Map.of("alpine::linux/amd64", named("x")), "FROM alpine").target().base())
        .isEqualTo(image("x"));
  }

  @Test
  void aNameOfItsOwnReplacesAStageWithAllItsSteps() {
    BuildPlan plan =
        plan(Map.of("tools", named("x")), "FROM a AS tools", "RUN nope", "FROM tools", "RUN b");
    assertThat(names(plan)).containsExactly("stage-1");
    assertThat(plan.target().base()).isEqualTo(image("x"));
    BuildPlan replaced = plan(Map.of("tools", named("x")), "FROM a AS tools", "RUN nope");
    assertThat(replaced.target().base()).isEqualTo(image("x"));
    assertThat(replaced.target().syntax().instructions()).isEmpty();
  }

  @Test
  void copiesTakeFilesFromWhatHasAName() {
    NamedSource.Folder folder = new NamedSource.Folder(Path.of("/src"));
    BuildPlan plan =
        plan(
            Map.of("src", folder, "tools", named("x")),
            "FROM a AS tools",
            "RUN nope",
            "FROM scratch",
            "COPY --from=src /a /",
            "COPY --from=tools /a /",
            "COPY --from=0 /a /");
    PlannedStage target = plan.target();
    List<CopySource> found =
        target.syntax().instructions().stream()
            .map(step -> plan.copySource(target, (Instruction.Copy) step))
            .toList();
    assertThat(found)
        .containsExactly(
            new CopySource.Folder(folder.folder()),
            new CopySource.Image(choice("x")),
            new CopySource.Image(choice("x")));
    assertThat(names(plan)).containsExactly("stage-1");
  }

  @Test
  void noStageStartsFromAFolder() {
    assertRefused(
        () -> plan(Map.of("src", new NamedSource.Folder(Path.of("/src"))), "FROM src"),
        1,
        "the build context \"src\" is a folder, which no stage can start from");
  }

  @Test
  void anImageInALayoutKeepsTheNameItHasInTheBuild() {
    NamedSource.Layout layout =
        new NamedSource.Layout(Path.of("/images"), Optional.of("v1"), Optional.empty());
    assertThat(plan(Map.of("base", layout), "FROM base").target().base())
        .isEqualTo(
            new StageBase.Image(
                new ImageChoice(ImageReference.parse("base"), AMD64, Optional.of(layout))));
  }

  @Test
  void aStageHasThePlatformThatItsBottomHas() {
    BuildPlan plan = plan("FROM --platform=linux/arm64 scratch AS a", "FROM a", "COPY x /");
    assertThat(plan.target().platform()).isEqualTo(Platform.parse("linux/arm64"));
  }
}
