package dev.janiko.builder.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.registry.image.HistoryEntry;
import dev.janiko.registry.image.RunConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What instructions make of the config, and how the history tells of them. */
final class ConfigStepsTest {
  private static final String PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  @TempDir Path temp;
  private FolderStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new FolderStage(temp);
  }

  @AfterEach
  void close() {
    stage.close();
  }

  private void assertRefused(String line, String message) {
    assertThatThrownBy(() -> stage.run(line))
        .isInstanceOfSatisfying(
            BuildException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(BuildException.Kind.DOCKERFILE);
              assertThat(e.location().orElseThrow().startLine()).isEqualTo(2);
            })
        .hasMessage(message);
  }

  @Test
  void configOnlyInstructionsMakeNoLayers() {
    ImageState state = stage.run("ENV A=b", "LABEL x=y", "USER u", "CMD x", "WORKDIR /");
    assertThat(state.layers()).isEmpty();
    assertThat(stage.commits()).isZero();
    assertThat(state.history())
        .hasSize(5)
        .allSatisfy(entry -> {
          assertThat(entry.emptyLayer()).isTrue();
          assertThat(entry.comment()).isEqualTo(HistoryEntry.BUILDKIT);
          assertThat(entry.created()).contains(FolderStage.NOW);
        });
  }

  @Test
  void aBaseWithoutPathGetsTheUsualOneAndKeepsItsWorkingFolder() {
    ImageState state = stage.run();
    assertThat(state.run().env()).containsExactly(PATH);
    assertThat(state.run().workingDir()).isEmpty();
    RunConfig other = RunConfig.empty().withEnv("PATH", "/mine").withWorkingDir("/w");
    ImageState own = stage.base(other).run();
    assertThat(own.run().env()).containsExactly("PATH=/mine");
    assertThat(own.run().workingDir()).isEqualTo("/w");
  }

  @Test
  void environmentKeepsOrderAndSeesValuesFromBefore() {
    ImageState state =
        stage.run("ENV abc=hello", "ENV abc=bye def=$abc", "ENV ghi=$abc", "ENV e a \"b c\"  d");
    assertThat(state.run().env())
        .containsExactly(PATH, "abc=bye", "def=hello", "ghi=bye", "e=a b c  d");
    assertThat(stage.history("ENV a=b c=\"d e\" f=g\\ h")).containsExactly("ENV a=b c=d e f=g h");
  }

  @Test
  void labelsAreExpandedOnBothSides() {
    ImageState state = stage.run("ENV k=key v=value", "LABEL $k=\"$v 1\" 'b'=c", "LABEL key=new");
    assertThat(state.run().labels()).isEqualTo(Map.of("key", "new", "b", "c"));
    assertThat(state.history().get(1).createdBy()).isEqualTo("LABEL key=value 1 b=c");
  }

  @Test
  void commandsAreWrittenAsGoQuotesThem() {
    assertThat(stage.history("CMD echo \"hi\" $HOME", "ENTRYPOINT [\"/a\", \"b c\"]", "CMD []"))
        .containsExactly(
            "CMD [\"/bin/sh\" \"-c\" \"echo \\\"hi\\\" $HOME\"]",
            "ENTRYPOINT [\"/a\" \"b c\"]",
            "CMD []");
  }

  @Test
  void shellFormsUseTheShellInForce() {
    ImageState state =
        stage.run("CMD a", "SHELL [\"/bin/bash\", \"-ec\"]", "ENTRYPOINT b", "RUN c");
    assertThat(state.run().entrypoint()).containsExactly("/bin/bash", "-ec", "b");
    assertThat(state.run().shell()).containsExactly("/bin/bash", "-ec");
    assertThat(stage.commands.getFirst().arguments()).containsExactly("/bin/bash", "-ec", "c");
    assertThat(state.history().get(1).createdBy()).isEqualTo("SHELL [/bin/bash -ec]");
    assertThat(state.history().get(3).createdBy()).isEqualTo("RUN /bin/bash -ec c # buildkit");
  }

  @Test
  void onlyCommandsAreMarkedAsEscaped() {
    assertThat(stage.run("ENTRYPOINT a").run().argsEscaped()).isFalse();
    assertThat(stage.run("CMD a").run().argsEscaped()).isTrue();
  }

  @Test
  void anEntrypointDropsACommandOfTheBaseButNotOneOfTheStage() {
    stage.base(RunConfig.empty().withCmd(List.of("base")));
    assertThat(stage.run().run().cmd()).containsExactly("base");
    assertThat(stage.run("ENTRYPOINT [\"e\"]").run().cmd()).isEmpty();
    assertThat(stage.run("CMD [\"c\"]", "ENTRYPOINT [\"e\"]").run().cmd()).containsExactly("c");
    assertThat(stage.run("ENTRYPOINT [\"e\"]", "CMD [\"c\"]").run().cmd()).containsExactly("c");
    ImageState parent = stage.run("CMD [\"c\"]").continued();
    assertThat(stage.run(parent, "ENTRYPOINT [\"e\"]").run().cmd()).isEmpty();
  }

  @Test
  void theLastOfSeveralCommandsWins() {
    ImageState state = stage.run("CMD a", "CMD [\"b\"]", "ENTRYPOINT x", "ENTRYPOINT [\"y\"]");
    assertThat(state.run().cmd()).containsExactly("b");
    assertThat(state.run().entrypoint()).containsExactly("y");
  }

  @Test
  void anEmptyCommandIsOneOfTheShell() {
    assertThat(stage.run("CMD").run().cmd()).containsExactly("/bin/sh", "-c", "");
    assertThat(stage.run("CMD []").run().cmd()).isEmpty();
  }

  @Test
  void portsAreExpandedSortedAndGathered() {
    ImageState state =
        stage.run("ENV P=\"90 91/udp\"", "EXPOSE 8000/udp 80", "EXPOSE $P 80/TCP 7000-7002");
    assertThat(state.run().exposedPorts())
        .containsExactlyInAnyOrder(
            "80/tcp", "8000/udp", "90/tcp", "91/udp", "7000/tcp", "7001/tcp", "7002/tcp");
    assertThat(state.history().get(1).createdBy()).isEqualTo("EXPOSE [80/tcp 8000/udp]");
  }

  @Test
  void wrongPortsAreRefused() {
    assertRefused("EXPOSE 70000", "invalid containerPort: 70000");
  }

  @Test
  void volumesAreGathered() {
    ImageState state = stage.run("ENV V=/v", "VOLUME $V /w", "VOLUME [\"/a b\"]");
    assertThat(state.run().volumes()).containsExactlyInAnyOrder("/v", "/w", "/a b");
    assertThat(state.history().get(1).createdBy()).isEqualTo("VOLUME [/v /w]");
    assertRefused("VOLUME $NOPE", "VOLUME specified can not be an empty string");
  }

  @Test
  void usersSignalsAndMaintainersAreKeptAsWritten() {
    ImageState state =
        stage.run("ARG U=me", "USER $U:staff", "STOPSIGNAL sigRTMIN+3", "MAINTAINER A <a@b.c>");
    assertThat(state.run().user()).isEqualTo("me:staff");
    assertThat(state.run().stopSignal()).isEqualTo("sigRTMIN+3");
    assertThat(state.author()).isEqualTo("A <a@b.c>");
    assertThat(state.history().stream().map(HistoryEntry::createdBy))
        .containsExactly(
            "ARG U=me", "USER me:staff", "STOPSIGNAL sigRTMIN+3", "MAINTAINER A <a@b.c>");
  }

  @Test
  void wrongSignalsAreRefused() {
    assertRefused("STOPSIGNAL SIGNOPE", "invalid signal: SIGNOPE");
    assertRefused("STOPSIGNAL 0", "invalid signal: 0");
  }

  @Test
  void healthchecksAreToldAsGoPrintsThem() {
    ImageState state =
        stage.run("HEALTHCHECK --interval=5s --timeout=1m30s --retries=4 CMD curl -f x || exit 1");
    assertThat(state.history().getFirst().createdBy())
        .isEqualTo(
            "HEALTHCHECK {Test:[CMD-SHELL curl -f x || exit 1] Interval:5s Timeout:1m30s"
                + " StartPeriod:0s StartInterval:0s Retries:4}");
    assertThat(state.run().healthcheck().orElseThrow().interval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(stage.run("HEALTHCHECK CMD [\"a\",\"b\"]").run().healthcheck().orElseThrow().test())
        .containsExactly("CMD", "a", "b");
    assertThat(stage.run("HEALTHCHECK NONE").run().healthcheck().orElseThrow().test())
        .containsExactly("NONE");
  }

  @Test
  void triggersAreKeptAndNotTold() {
    ImageState state = stage.run("ONBUILD RUN   echo   a", "ONBUILD copy x y");
    assertThat(state.run().onBuild()).containsExactly("RUN   echo   a", "copy x y");
    assertThat(state.history()).isEmpty();
  }

  @Test
  void argumentsComeFromTheBuildThenTheirDefaultThenTheGlobalOnes() {
    stage.globalArg("G", "global").globalArg("H", "global").buildArg("B", "given");
    ImageState state = stage.run("ARG G", "ARG H=own", "ARG B=default", "ARG N", "ARG X=1 Y=$X-2");
    assertThat(state.history().stream().map(HistoryEntry::createdBy))
        .containsExactly("ARG G=global", "ARG H=own", "ARG B=given", "ARG N", "ARG X=1 Y=1-2");
    assertThat(state.run().env()).containsExactly(PATH);
    assertThat(state.environment().get("N")).isEmpty();
    assertThat(state.environment().get("Y")).contains("1-2");
  }

  @Test
  void anEmptyBuildArgumentCounts() {
    assertThat(stage.buildArg("A", "").history("ARG A=default")).containsExactly("ARG A=");
  }

  @Test
  void argumentsThatWereNotDeclaredAreNotSeen() {
    stage.buildArg("A", "given").globalArg("G", "global");
    assertThat(stage.history("ENV X=[$A$G]")).containsExactly("ENV X=[]");
  }

  @Test
  void badWordsAreRefusedWithTheirPlace() {
    assertRefused("ENV A=${B?}", "failed to process \"${B?}\": B: is not allowed to be unset");
    assertRefused("LABEL a=${}", "failed to process \"${}\": syntax error: bad substitution");
  }
}
