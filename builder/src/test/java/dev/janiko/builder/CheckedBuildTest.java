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
import dev.janiko.builder.sandbox.Isolation;
import dev.janiko.builder.step.MountResources;
import dev.janiko.builder.support.MemoryRegistry;
import dev.janiko.builder.support.TestImage;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
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
  private final List<BuildEvent> events = Collections.synchronizedList(new ArrayList<>());
  private MemoryRegistry registry;
  private RegistryClient client;
  private Path context;

  @BeforeEach
  void open() throws Exception {
    registry = MemoryRegistry.open();
    client = registry.client();
    context = Files.createDirectory(temp.resolve("context"));
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    registry.close();
  }

  private ImageReference base(UnaryOperator<ImageConfig> change) throws IOException {
    return registry.put("base", new TestImage().layer("a", "b").with(change).image());
  }

  private ImageReference base() throws IOException {
    return base(config -> config.withRun(config.run().withEnv("KNOWN", "/known")));
  }

  private void dockerfile(String... lines) throws IOException {
    Files.writeString(context.resolve("Dockerfile"), String.join("\n", lines) + "\n");
  }

  private void build() {
    Outputs none =
        new Outputs(
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            new Outputs.DigestFiles(Optional.empty(), Optional.empty(), Optional.empty()),
            Outputs.Form.OF_BASE);
    BuildRequest request =
        new BuildRequest(
            new ContextSpec(context, Optional.empty()),
            Optional.empty(),
            Map.of(),
            Map.of(),
            Platform.host(),
            new BuildRequest.Place(
                Isolation.NAMESPACE, temp.resolve("store"), false, temp.resolve("program")),
            none,
            Optional.empty(),
            MountResources.NONE);
    new Builder(new Registries(client, client)).build(request, events::add);
  }

  private boolean lint(Linter linter) {
    LintRequest request =
        new LintRequest(
            Optional.of(new ContextSpec(context, Optional.empty())),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Platform.host());
    return linter.check(request, events::add);
  }

  private <T extends BuildEvent> List<T> heard(Class<T> type) {
    synchronized (events) {
      return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
  }

  private List<String> warnings() {
    return heard(Warned.class).stream()
        .map(it -> it.rule() + ":" + it.excerpt().caret().line())
        .toList();
  }

  @Test
  void aBuildWarnsOnceAlsoOfWhatDependsOnItsBase() throws Exception {
    dockerfile(
        "FROM scratch AS unused",
        "ENV a b",
        "FROM " + base() + " AS Base",
        "WORKDIR $KNOWN",
        "ENV a $UNKNOWN");

    build();

    assertThat(warnings())
        .containsExactly("StageNameCasing:3", "LegacyKeyValueFormat:5", "UndefinedVar:5");
    Warned undefined = heard(Warned.class).getLast();
    assertThat(undefined.message()).startsWith("Usage of undefined variable '$UNKNOWN'");
    assertThat(undefined.excerpt().fileName()).endsWith("Dockerfile");
    assertThat(undefined.excerpt().caret()).isEqualTo(new Position(5, 8));
    assertThat(undefined.about().url()).endsWith("/rule/undefined-var/");
  }

  @Test
  void warningsThatDependOnABaseAreErrorsTooIfAsked() throws Exception {
    dockerfile("# check=error=true", "FROM " + base(), "ENV a=$UNKNOWN");

    assertThatThrownBy(this::build)
        .isInstanceOf(BuildException.class)
        .hasMessage("lint violation found for rules: UndefinedVar");
    assertThat(heard(StepStarted.class)).isEmpty();
    assertThat(heard(BuildFailed.class).getFirst().excerpt().orElseThrow().caret())
        .isEqualTo(new Position(3, 8));
  }

  @Test
  void aLinterReachesNoRegistryUnlessTold() throws Exception {
    dockerfile("FROM " + base(), "ENV a=$UNKNOWN");
    assertThat(lint(Linter.offline())).isTrue();

    dockerfile("FROM " + registry.name("none"), "ENV a=b");
    assertThat(lint(Linter.offline())).isTrue();
    assertThat(events).isEmpty();
  }

  @Test
  void aLinterLooksBasesUp() throws Exception {
    ImageReference base = base();
    dockerfile(
        "ARG NAME=" + base,
        "FROM $NAME AS one",
        "WORKDIR $KNOWN",
        "ENV a=$UNKNOWN",
        "FROM ${NAME}",
        "COPY --from=one $MORE /x");

    assertThat(lint(Linter.with(client))).isFalse();
    assertThat(warnings()).containsExactly("UndefinedVar:4", "UndefinedVar:6");
    assertThat(heard(BuildFailed.class)).isEmpty();
  }

  @Test
  void aBaseOfAnotherPlatformIsWarnedAbout() throws Exception {
    dockerfile("FROM " + base(config -> config.withPlatform(Platform.parse("linux/s390x"))));

    assertThat(lint(Linter.with(client))).isFalse();
    assertThat(warnings()).containsExactly("InvalidBaseImagePlatform:1");
    assertThat(heard(Warned.class).getFirst().message())
        .contains("was pulled with platform \"linux/s390x\", expected \"" + Platform.host());
  }

  @Test
  void aBaseThatCannotBeHadIsAnError() throws Exception {
    dockerfile("FROM " + registry.name("none"), "ENV a b");

    assertThat(lint(Linter.with(client))).isFalse();
    assertThat(warnings()).containsExactly("LegacyKeyValueFormat:2");
    BuildFailed failure = heard(BuildFailed.class).getFirst();
    assertThat(failure.message()).contains("none");
    assertThat(failure.excerpt().orElseThrow().caret()).isEqualTo(new Position(1, 6));
  }
}
