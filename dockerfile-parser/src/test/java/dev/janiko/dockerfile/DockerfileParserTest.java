package dev.janiko.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DockerfileParserTest {
  private static Dockerfile parse(String text) {
    return DockerfileParser.parse(text, "Dockerfile");
  }

  private static Instruction only(String text) {
    List<Instruction> instructions =
        parse("FROM scratch\n" + text).stages().getFirst().instructions();
    assertThat(instructions).hasSize(1);
    return instructions.getFirst();
  }

  private static String shell(Instruction instruction) {
    assertThat(instruction).isInstanceOf(Instruction.Run.class);
    return ((Command.Shell) ((Instruction.Run) instruction).command()).text();
  }

  @Test
  void readsStagesAndGlobalArgs() {
    Dockerfile dockerfile =
        parse(
            """
            ARG BASE=alpine:3 OTHER
            FROM --platform=$BUILDPLATFORM $BASE As Build
            RUN a
            from scratch
            COPY --from=build /a /b
            """);

    assertThat(dockerfile.globalArgs()).hasSize(1);
    assertThat(dockerfile.globalArgs().getFirst().declarations())
        .containsExactly(
            new ArgDeclaration("BASE", Optional.of("alpine:3")),
            new ArgDeclaration("OTHER", Optional.empty()));
    assertThat(dockerfile.stages()).hasSize(2);
    Instruction.From from = dockerfile.stages().getFirst().from();
    assertThat(from.image()).isEqualTo("$BASE");
    assertThat(from.platform()).contains("$BUILDPLATFORM");
    assertThat(from.stageName()).contains("build");
    assertThat(from.writtenStageName()).contains("Build");
    assertThat(dockerfile.stageIndex("BUILD")).contains(0);
    assertThat(dockerfile.stageIndex("none")).isEmpty();
    assertThat(dockerfile.stages().getLast().from().keyword()).isEqualTo("from");
  }

  @Test
  void joinsContinuationLinesWithoutComments() {
    Instruction run = only("RUN a \\\n# comment\n  # indented\n\n  b \\ \t\n\tc\n");

    assertThat(shell(run)).isEqualTo("a   b \tc");
    assertThat(run.range()).isEqualTo(new SourceRange(2, 7));
    assertThat(run.source().emptyContinuation()).isTrue();
  }

  @Test
  void doubledEscapeContinuesNothing() {
    assertThat(parse("FROM a\nRUN b \\\\\nRUN c\n").stages().getFirst().instructions()).hasSize(2);
    assertThat(shell(only("RUN a \\"))).isEqualTo("a");
  }

  @Test
  void takesBacktickForEscape() {
    Dockerfile dockerfile = parse("# Escape = `\nFROM a\nRUN b `\n c:\\\n");

    assertThat(dockerfile.escape()).isEqualTo('`');
    assertThat(shell(dockerfile.stages().getFirst().instructions().getFirst()))
        .isEqualTo("b  c:\\");
  }

  @Test
  void directivesEndWithTheFirstOtherLine() {
    Dockerfile dockerfile =
        parse("#syntax=docker/dockerfile:1\n# check = skip=all\n# hello\n# escape=`\nFROM a\n");

    assertThat(dockerfile.directives())
        .containsExactly(
            new ParserDirective("syntax", "docker/dockerfile:1", 1),
            new ParserDirective("check", "skip=all", 2));
    assertThat(dockerfile.directive("check")).contains("skip=all");
    assertThat(dockerfile.escape()).isEqualTo('\\');
  }

  @Test
  void shebangHidesEscapeButNotSyntax() {
    Dockerfile dockerfile = parse("#!/usr/bin/env x\n# syntax=a\n# escape=`\nFROM a\nRUN b\\\nc\n");

    assertThat(dockerfile.directive("syntax")).contains("a");
    assertThat(dockerfile.escape()).isEqualTo('\\');
  }

  @Test
  void readsWindowsLineEndsAndByteOrderMark() {
    byte[] bytes = "\ufeffFROM a\r\nRUN b \\\r\n c\r\n".getBytes(StandardCharsets.UTF_8);
    Dockerfile dockerfile = DockerfileParser.parse(bytes, "Dockerfile");

    assertThat(shell(dockerfile.stages().getFirst().instructions().getFirst())).isEqualTo("b  c");
  }

  @Test
  void jsonMustBeWhole() {
    assertThat(((Instruction.Cmd) only("CMD [ \"a\" , \"\\u00e9 b\" ]\n")).command())
        .isEqualTo(new Command.Exec(List.of("a", "\u00e9 b")));
    for (String text : List.of("['a']", "[\"a\"] b", "[\"a\",]", "[a]", "[ -f x ]")) {
      assertThat(((Instruction.Cmd) only("CMD " + text + "\n")).command())
          .isEqualTo(new Command.Shell(text, List.of()));
    }
    assertThat(((Instruction.Cmd) only("CMD []\n")).command())
        .isEqualTo(new Command.Exec(List.of()));
    assertThat(((Instruction.Cmd) only("CMD\n")).command())
        .isEqualTo(new Command.Shell("", List.of()));
  }

  @Test
  void copySplitsAtBlanksWhateverTheQuotes() {
    Instruction.Copy copy =
        (Instruction.Copy)
            only(
                "COPY --from=a --chown=1:2 --chmod=u+x --link --parents --exclude=x"
                    + " --exclude='y z' \"a b\" c\\ d /e/\n");

    assertThat(copy.sources()).containsExactly("\"a", "b\"", "c\\", "d");
    assertThat(copy.destination()).isEqualTo("/e/");
    assertThat(copy.from()).contains("a");
    assertThat(copy.chown()).contains("1:2");
    assertThat(copy.chmod()).contains("u+x");
    assertThat(copy.link()).isTrue();
    assertThat(copy.parents()).isTrue();
    assertThat(copy.exclude()).containsExactly("x", "y z");
    assertThat(((Instruction.Copy) only("COPY [\"a b\", \"/c d\"]\n")).sources())
        .containsExactly("a b");
  }

  @Test
  void addKeepsWhatWasNotSaid() {
    Instruction.Add add = (Instruction.Add) only("ADD --unpack=FALSE --link=false x /\n");

    assertThat(add.unpack()).contains(false);
    assertThat(add.keepGitDir()).isEmpty();
    assertThat(add.link()).isFalse();
    assertThat(add.checksum()).isEmpty();
  }

  @Test
  void heredocsOfCopyAreFiles() {
    Instruction.Copy copy = (Instruction.Copy) only("COPY <<A x <<-\"B\" /d/\n$v\nA\n\t\tb\n\tB\n");

    assertThat(copy.sources()).containsExactly("x");
    assertThat(copy.heredocs())
        .containsExactly(
            new Heredoc("A", "$v\n", true, false, 0), new Heredoc("B", "\t\tb\n", false, true, 0));
    assertThat(copy.heredocs().getLast().text()).isEqualTo("b\n");
    assertThat(copy.range()).isEqualTo(new SourceRange(2, 6));
  }

  @Test
  void heredocsOfRunAreScriptsOrInput() {
    Command.Shell script =
        (Command.Shell) ((Instruction.Run) only("RUN <<E\n# no comment\nb \\\nE\n")).command();
    assertThat(script.isHeredocScript()).isTrue();
    assertThat(script.script()).isEqualTo("# no comment\nb \\\n");

    Command.Shell input =
        (Command.Shell) ((Instruction.Run) only("RUN cat 3<<A <<'B' > f\n1\nA\n2\nB\n")).command();
    assertThat(input.isHeredocScript()).isFalse();
    assertThat(input.script()).isEqualTo("cat 3<<A <<'B' > f\n1\nA\n2\nB");
    assertThat(input.heredocs()).extracting(Heredoc::fileDescriptor).containsExactly(3L, 0L);
  }

  @Test
  void quotedAndJsonHeredocsAreNone() {
    assertThat(shell(only("RUN echo \"<<E\"\n"))).isEqualTo("echo \"<<E\"");
    assertThat(((Instruction.Run) only("RUN [\"<<E\"]\n")).command())
        .isEqualTo(new Command.Exec(List.of("<<E")));
    assertThat(shell(only("RUN echo it's <<E\n"))).isEqualTo("echo it's <<E");
  }

  @Test
  void envHasTwoForms() {
    Instruction.Env env = (Instruction.Env) only("ENV a=b c=\"d e\" f=g\\ h i='j k'\n");
    assertThat(env.legacy()).isFalse();
    assertThat(env.pairs())
        .containsExactly(
            new NameValue("a", "b"),
            new NameValue("c", "\"d e\""),
            new NameValue("f", "g\\ h"),
            new NameValue("i", "'j k'"));

    Instruction.Env legacy = (Instruction.Env) only("ENV  d  e=f  g \n");
    assertThat(legacy.legacy()).isTrue();
    assertThat(legacy.pairs()).containsExactly(new NameValue("d", "e=f  g"));
  }

  @Test
  void wholeLineArgumentsKeepBlanksWithin() {
    assertThat(((Instruction.Workdir) only("WORKDIR  /a  b \n")).path()).isEqualTo("/a  b");
    assertThat(((Instruction.Maintainer) only("MAINTAINER A B <a@b>\n")).name())
        .isEqualTo("A B <a@b>");
    assertThat(((Instruction.User) only("USER a:b\n")).user()).isEqualTo("a:b");
    assertThat(((Instruction.Stopsignal) only("STOPSIGNAL --x 9\n")).signal()).isEqualTo("9");
  }

  @Test
  void listsAreReadAsLists() {
    assertThat(((Instruction.Expose) only("EXPOSE 90 80/udp\n")).ports())
        .containsExactly("80/udp", "90");
    assertThat(((Instruction.Volume) only("VOLUME /a /b\n")).paths()).containsExactly("/a", "/b");
    assertThat(((Instruction.Volume) only("VOLUME [\" /a\"]\n")).paths()).containsExactly("/a");
    assertThat(((Instruction.Shell) only("SHELL [\"/bin/bash\", \"-c\"]\n")).args())
        .containsExactly("/bin/bash", "-c");
  }

  @Test
  void readsHealthchecks() {
    assertThat(((Instruction.Healthcheck) only("HEALTHCHECK none\n")).test())
        .isEqualTo(new HealthTest.None());
    assertThat(
            ((Instruction.Healthcheck)
                    only(
                        "HEALTHCHECK --interval=1m30s --timeout=500ms --start-period=0s"
                            + " --start-interval=2s --retries=3 CMD curl -f x || exit 1\n"))
                .test())
        .isEqualTo(
            new HealthTest.Check(
                Duration.ofSeconds(90),
                Duration.ofMillis(500),
                Duration.ZERO,
                Duration.ofSeconds(2),
                3,
                new Command.Shell("curl -f x || exit 1", List.of())));
  }

  @Test
  void onbuildKeepsItsTriggerAsWritten() {
    assertThat(((Instruction.Onbuild) only("onbuild   RUN   echo   a  \n")).trigger())
        .isEqualTo("RUN   echo   a  ");
    assertThat(((Instruction.Onbuild) only("ONBUILD COPY <<E /x\nb\nE\n")).trigger())
        .isEqualTo("COPY <<E /x\nb\nE");
    assertThat(((Instruction.Onbuild) only("ONBUILD FOO x\n")).trigger()).isEqualTo("FOO x");
  }

  @Test
  void runFlagsEndAtTheFirstOtherWord() {
    Instruction.Run run =
        (Instruction.Run)
            only(
                "RUN --mount=type=cache,target=/x --mount=type=tmpfs,target=/y --network=none"
                    + " --security=insecure -- --mount=z\n");

    assertThat(run.mounts()).containsExactly("type=cache,target=/x", "type=tmpfs,target=/y");
    assertThat(run.network()).contains("none");
    assertThat(run.security()).contains("insecure");
    assertThat(shell(run)).isEqualTo("--mount=z");
  }

  @Test
  void commentsRightAboveBelongToTheInstruction() {
    Dockerfile dockerfile =
        parse("# check=skip=all\n# x\nFROM a\n\n# lost\n\n# one\n# two\nRUN b\nRUN c\n");

    assertThat(dockerfile.stages().getFirst().from().source().comments()).containsExactly("x");
    assertThat(dockerfile.stages().getFirst().instructions())
        .extracting(instruction -> instruction.source().comments())
        .containsExactly(List.of("one", "two"), List.of());
  }

  @Test
  void tenThousandLinesTakeNoTime() {
    String text =
        "FROM a\n" + "RUN a && \\\n  b \"$c\"\nENV d=e f='g h'\nCOPY i /j\n".repeat(2_500);
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 10; i++) {
      long start = System.nanoTime();
      assertThat(parse(text).stages().getFirst().instructions()).hasSize(7_500);
      best = Math.min(best, System.nanoTime() - start);
    }
    // Far more than it takes, so that a busy machine does not matter.
    assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofMillis(500));
  }
}
