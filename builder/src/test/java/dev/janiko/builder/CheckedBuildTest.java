package dev.janiko.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.context.ContextSpec;
import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildEvent.BuildFailed;
import dev.janiko.builder.event.BuildEvent.StepStarted;
import dev.janiko.builder.event.BuildEvent.Warned;
import dev.janiko.builder.event.Position;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.output.Outputs;
import dev.janiko.builder.support.BuildSite;
import dev.janiko.builder.support.TestImage;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Build checks in builds, and without one. */
@Timeout(60)
final class CheckedBuildTest {
  @TempDir private Path temp;
  private BuildSite site;

  @BeforeEach
  void open() throws Exception {
    site = BuildSite.open(temp);
  }

  @AfterEach
  void close() throws Exception {
    site.close();
  }

  private ImageReference base(UnaryOperator<ImageConfig> change) throws IOException {
    return site.registry().put("base", new TestImage().layer("a", "b").with(change).image());
  }

  private ImageReference base() throws IOException {
    return base(config -> config.withRun(config.run().withEnv("KNOWN", "/known")));
  }

  private void build() {
    Outputs none =
        new Outputs(
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Outputs.DigestFiles.NONE,
            Outputs.Form.OF_BASE);
    site.build(site.order().to(none));
  }

  private boolean lint(Linter linter) {
    LintRequest request =
        new LintRequest(
            Optional.of(new ContextSpec(site.context(), Optional.empty())),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Platform.host());
    return linter.check(request, site.listener());
  }

  private List<String> warnings() {
    return site.heard(Warned.class).stream()
        .map(it -> it.rule() + ":" + it.excerpt().caret().line())
        .toList();
  }

  @Test
  void aBuildWarnsOnceAlsoOfWhatDependsOnItsBase() throws Exception {
    site.dockerfile(
        "FROM scratch AS unused",
        "ENV a b",
        "FROM " + base() + " AS Base",
        "WORKDIR $KNOWN",
        "ENV a $UNKNOWN");

    build();

    assertThat(warnings())
        .containsExactly("StageNameCasing:3", "LegacyKeyValueFormat:5", "UndefinedVar:5");
    Warned undefined = site.heard(Warned.class).getLast();
    assertThat(undefined.message()).startsWith("Usage of undefined variable '$UNKNOWN'");
    assertThat(undefined.excerpt().fileName()).endsWith("Dockerfile");
    assertThat(undefined.excerpt().caret()).isEqualTo(new Position(5, 8));
    assertThat(undefined.about().url()).endsWith("/rule/undefined-var/");
  }

  @Test
  void warningsThatDependOnABaseAreErrorsTooIfAsked() throws Exception {
    site.dockerfile("# check=error=true", "FROM " + base(), "ENV a=$UNKNOWN");

    assertThatThrownBy(this::build)
        .isInstanceOf(BuildException.class)
        .hasMessage("lint violation found for rules: UndefinedVar");
    assertThat(site.heard(StepStarted.class)).isEmpty();
    assertThat(site.heard(BuildFailed.class).getFirst().excerpt().orElseThrow().caret())
        .isEqualTo(new Position(3, 8));
  }

  @Test
  void aLinterReachesNoRegistryUnlessTold() throws Exception {
    site.dockerfile("FROM " + base(), "ENV a=$UNKNOWN");
    assertThat(lint(Linter.offline())).isTrue();

    site.dockerfile("FROM " + site.registry().name("none"), "ENV a=b");
    assertThat(lint(Linter.offline())).isTrue();
    assertThat(site.heard(BuildEvent.class)).isEmpty();
  }

  @Test
  void aLinterLooksBasesUp() throws Exception {
    ImageReference base = base();
    site.dockerfile(
        "ARG NAME=" + base,
        "FROM $NAME AS one",
        "WORKDIR $KNOWN",
        "ENV a=$UNKNOWN",
        "FROM ${NAME}",
        "COPY --from=one $MORE /x");

    assertThat(lint(Linter.with(site.client()))).isFalse();
    assertThat(warnings()).containsExactly("UndefinedVar:4", "UndefinedVar:6");
    assertThat(site.heard(BuildFailed.class)).isEmpty();
  }

  @Test
  void aBaseOfAnotherPlatformIsWarnedAbout() throws Exception {
    site.dockerfile("FROM " + base(config -> config.withPlatform(Platform.parse("linux/s390x"))));

    assertThat(lint(Linter.with(site.client()))).isFalse();
    assertThat(warnings()).containsExactly("InvalidBaseImagePlatform:1");
    assertThat(site.heard(Warned.class).getFirst().message())
        .contains("was pulled with platform \"linux/s390x\", expected \"" + Platform.host());
  }

  @Test
  void aBaseThatCannotBeHadIsAnError() throws Exception {
    site.dockerfile("FROM " + site.registry().name("none"), "ENV a b");

    assertThat(lint(Linter.with(site.client()))).isFalse();
    assertThat(warnings()).containsExactly("LegacyKeyValueFormat:2");
    BuildFailed failure = site.heard(BuildFailed.class).getFirst();
    assertThat(failure.message()).contains("none");
    assertThat(failure.excerpt().orElseThrow().caret()).isEqualTo(new Position(1, 6));
  }
}
