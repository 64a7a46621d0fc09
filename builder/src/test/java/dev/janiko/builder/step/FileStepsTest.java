package dev.janiko.builder.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.linux.ExitStatus;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.sandbox.Command;
import dev.janiko.registry.image.HistoryEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RUN, COPY and WORKDIR: what they do to files, with what, and how the history tells of them. */
final class FileStepsTest {
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

  private void passwd(String... lines) throws IOException {
    Files.createDirectories(stage.folder.resolve("etc"));
    Files.write(stage.folder.resolve("etc/passwd"), List.of(lines));
  }

  private String owner(String path) throws IOException {
    Path file = stage.folder.resolve(path);
    return Files.getAttribute(file, "unix:uid") + ":" + Files.getAttribute(file, "unix:gid");
  }

  @Test
  void runsAreTold() {
    assertThat(stage.history("RUN echo a", "RUN [\"/x\", \"y z\"]", "RUN"))
        .containsExactly(
            "RUN /bin/sh -c echo a # buildkit",
            "RUN /x y z # buildkit",
            "RUN /bin/sh -c  # buildkit");
    assertThat(stage.commits()).isEqualTo(3);
  }

  @Test
  void runsTellTheArgumentsInEffect() {
    stage.buildArg("B", "x y");
    assertThat(stage.history("ARG A=1", "ARG B", "RUN c", "ARG A=2", "RUN d", "ENV A=e", "RUN f"))
        .containsExactly(
            "ARG A=1",
            "ARG B=x y",
            "RUN |2 A=1 B=x y /bin/sh -c c # buildkit",
            "ARG A=2",
            "RUN |2 A=2 B=x y /bin/sh -c d # buildkit",
            "ENV A=e",
            "RUN |2 A=e B=x y /bin/sh -c f # buildkit");
  }

  @Test
  void commandsSeeTheLaterOfVariableAndArgument() {
    stage.buildArg("A", "arg");
    ImageState state = stage.run("ENV A=env", "ARG A", "RUN x", "ENV A=again", "RUN y");
    assertThat(stage.commands.get(0).environment()).contains("A=arg");
    assertThat(stage.commands.get(1).environment()).contains("A=again");
    assertThat(state.run().env()).contains("A=again");
  }

  @Test
  void commandsSeeHomeAndProxiesButTheConfigDoesNot() throws Exception {
    passwd("root:x:0:0::/root:/bin/sh", "me:x:1000:1001::/home/me:");
    stage.buildArg("http_proxy", "http://p").buildArg("NO_PROXY", "x").buildArg("OTHER", "y");
    ImageState state =
        stage.run("RUN a", "USER me", "RUN b", "USER 77", "RUN c", "ENV HOME=/h", "RUN d");
    assertThat(stage.commands.get(0).environment())
        .contains("HTTP_PROXY=http://p", "http_proxy=http://p", "NO_PROXY=x", "no_proxy=x")
        .contains("HOME=/root")
        .noneMatch(entry -> entry.startsWith("OTHER="));
    assertThat(stage.commands.get(1).environment()).contains("HOME=/home/me");
    assertThat(stage.commands.get(2).environment()).contains("HOME=/");
    assertThat(stage.commands.get(3).environment()).contains("HOME=/h");
    assertThat(state.run().env()).hasSize(2).contains("HOME=/h");
    assertThat(state.history().getFirst().createdBy()).isEqualTo("RUN /bin/sh -c a # buildkit");
  }

  @Test
  void commandsRunAsTheUserInTheWorkingDirectory() throws Exception {
    passwd("me:x:1000:1001::/home/me:");
    stage.run("WORKDIR /w", "USER me", "RUN a");
    Command command = stage.commands.getFirst();
    assertThat(command.directory()).isEqualTo(UnixPath.of("/w"));
    assertThat(command.user().uid()).isEqualTo(1000);
    assertThat(command.user().gid()).isEqualTo(1001);
  }

  @Test
  void anUnknownUserIsToldWhenSomethingRuns() throws Exception {
    passwd("root:x:0:0::/root:");
    assertThatThrownBy(() -> stage.run("USER nosuch", "RUN a"))
        .isInstanceOf(BuildException.class)
        .hasMessage("unable to find user nosuch: no matching entries in passwd file");
  }

  @Test
  void aFailingCommandEndsTheBuildWithItsCodeAndLastLines() {
    stage.answer(new ExitStatus.Exited(42));
    assertThatThrownBy(() -> stage.run("RUN exit 42"))
        .isInstanceOfSatisfying(
            BuildException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.COMMAND);
              assertThat(e.exitCode()).isEqualTo(42);
              assertThat(e.lastOutput()).hasSize(20).first().isEqualTo("line 6");
              assertThat(e.location().orElseThrow().startLine()).isEqualTo(2);
            })
        .hasMessage("process \"/bin/sh -c exit 42\" did not complete successfully: exit code: 42");
    assertThat(stage.output).hasSize(25);
    assertThat(stage.commits()).isZero();
  }

  @Test
  void aKilledCommandHasTheShellsCode() {
    stage.answer(new ExitStatus.Killed(9));
    assertThatThrownBy(() -> stage.run("RUN x"))
        .isInstanceOfSatisfying(BuildException.class, e -> assertThat(e.exitCode()).isEqualTo(137));
  }

  @Test
  void aRunOfNothingIsRefused() {
    assertThatThrownBy(() -> stage.run("RUN []"))
        .isInstanceOfSatisfying(BuildException.class, e -> assertThat(e.hint()).isPresent())
        .hasMessage("RUN needs a command to run");
  }

  @Test
  void workingDirectoriesJoin() {
    ImageState state = stage.run("WORKDIR a", "WORKDIR b/../c", "ENV D=d", "WORKDIR $D");
    assertThat(state.run().workingDir()).isEqualTo("/a/c/d");
    assertThat(stage.folder.resolve("a/c/d")).isDirectory();
    assertThat(state.history().stream().map(HistoryEntry::createdBy))
        .containsExactly("WORKDIR /a", "WORKDIR /a/c", "ENV D=d", "WORKDIR /a/c/d");
    assertThat(state.layers()).hasSize(3);
    assertThat(state.history().getFirst().emptyLayer()).isFalse();
  }

  @Test
  void absoluteWorkingDirectoriesStayAsWritten() {
    assertThat(stage.run("WORKDIR /a/").run().workingDir()).isEqualTo("/a/");
    assertThat(stage.run("WORKDIR /p//x").run().workingDir()).isEqualTo("/p//x");
    ImageState root = stage.run("WORKDIR /");
    assertThat(root.layers()).isEmpty();
    assertThat(root.history().getFirst().emptyLayer()).isTrue();
  }

  @Test
  void aWorkingDirectoryBelongsToTheUserIfItIsNew() throws Exception {
    passwd("me:x:1000:1001::/home/me:");
    Files.createDirectory(stage.folder.resolve("old"));
    stage.run("USER me", "WORKDIR /old", "WORKDIR /new/deep");
    assertThat(owner("old")).isEqualTo("0:0");
    assertThat(owner("new")).isEqualTo("1000:1001");
    assertThat(owner("new/deep")).isEqualTo("1000:1001");
  }

  @Test
  void aWorkingDirectoryOnAFileIsRefused() throws Exception {
    Files.writeString(stage.folder.resolve("f"), "x");
    assertThatThrownBy(() -> stage.run("WORKDIR /f"))
        .isInstanceOfSatisfying(
            BuildException.class,
            e -> assertThat(e.location().orElseThrow().startLine()).isEqualTo(2))
        .hasMessage("mkdir /f: not a directory");
  }

  @Test
  void copiesAreToldExpandedAndWithoutTheirSource() throws Exception {
    Files.writeString(stage.context.resolve("a"), "1");
    Files.writeString(stage.context.resolve("b"), "2");
    assertThat(
            stage.history(
                "ARG D=/x/ O=5:6",
                "COPY --chown=$O --chmod=640 a b $D",
                "COPY [\"a\", \"/y z\"]",
                "COPY a <<E1 <<\"E2\" /h/\nhi $D\nE1\nhi $D\nE2"))
        .containsExactly(
            "ARG D=/x/ O=5:6",
            "COPY --chown=5:6 --chmod=640 a b /x/ # buildkit",
            "COPY a /y z # buildkit",
            "COPY a <<E1 <<E2 /h/ # buildkit");
    assertThat(owner("x/a")).isEqualTo("5:6");
    assertThat(stage.folder.resolve("h/E1")).hasContent("hi /x/");
    assertThat(stage.folder.resolve("h/E2")).hasContent("hi $D");
  }

  @Test
  void copiesGoBelowTheWorkingDirectory() throws Exception {
    Files.writeString(stage.context.resolve("a"), "1");
    stage.run("WORKDIR /w", "COPY a .", "COPY a b", "COPY a ./c/", "COPY a ../d", "COPY a /e/../f");
    for (String path : List.of("w/a", "w/b", "w/c/a", "d", "f")) {
      assertThat(stage.folder.resolve(path)).hasContent("1");
    }
    assertThat(stage.folder.resolve("e")).doesNotExist();
  }

  @Test
  void unknownOwnersAreRoot() throws Exception {
    passwd("me:x:1000:1001::/home/me:");
    Files.writeString(stage.context.resolve("a"), "1");
    stage.run(
        "USER 9",
        "COPY a /r",
        "COPY --chown=me a /m",
        "COPY --chown=nosuch a /n",
        "COPY --chown=7 a /s");
    assertThat(owner("r")).isEqualTo("0:0");
    assertThat(owner("m")).isEqualTo("1000:1001");
    assertThat(owner("n")).isEqualTo("0:0");
    assertThat(owner("s")).isEqualTo("7:7");
  }

  @Test
  void wrongModesAreRefused() throws Exception {
    Files.writeString(stage.context.resolve("a"), "1");
    for (String mode : List.of("64a", "10000", "999")) {
      assertThatThrownBy(() -> stage.run("COPY --chmod=" + mode + " a /"))
          .isInstanceOf(BuildException.class)
          .hasMessage(
              "invalid chmod parameter: '%s'. it should be octal string and between 0 and 07777"
                  .formatted(mode));
    }
    assertThatThrownBy(() -> stage.run("COPY --chmod=u+q a /"))
        .isInstanceOfSatisfying(
            BuildException.class, e -> assertThat(e.hint().orElse("")).contains("u=rwX"))
        .hasMessageContaining("invalid syntax");
  }

  @Test
  void missingAndIgnoredSourcesAreRefusedWithTheirPlace() throws Exception {
    Files.writeString(stage.context.resolve("a"), "1");
    stage.ignore("a");
    for (String name : List.of("a", "b")) {
      assertThatThrownBy(() -> stage.run("COPY " + name + " /"))
          .isInstanceOfSatisfying(
              BuildException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(Kind.CONTEXT);
                assertThat(e.location().orElseThrow().startLine()).isEqualTo(2);
              })
          .hasMessageContaining("\"/" + name + "\": not found");
    }
    assertThat(stage.commits()).isZero();
  }
}
