package dev.janiko.dockerfile.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.dockerfile.Caret;
import dev.janiko.dockerfile.Dockerfile;
import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.DockerfileParser;
import dev.janiko.dockerfile.SourceRange;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BuildChecksTest {
  private static Dockerfile parse(String text) {
    return DockerfileParser.parse(text, "Dockerfile");
  }

  private static List<String> warnings(String text) {
    return BuildChecks.of(parse(text)).run().stream().map(Object::toString).toList();
  }

  @Test
  void looksAtHowThingsAreWritten() {
    assertThat(
            warnings(
                """
                FROM scratch as Base
                run a \\

                 b
                MAINTAINER x
                ENV a b
                FROM scratch AS base
                FROM scratch AS context
                """))
        .containsExactly(
            "StageNameCasing: Stage name 'Base' should be lowercase (line 1)",
            "FromAsCasing: 'as' and 'FROM' keywords' casing do not match (line 1)",
            "ConsistentInstructionCasing: Command 'run' should match the case of the command"
                + " majority (uppercase) (line 2)",
            "NoEmptyContinuation: Empty continuation line (line 4)",
            "MaintainerDeprecated: Maintainer instruction is deprecated in favor of using label"
                + " (line 5)",
            "LegacyKeyValueFormat: \"ENV key=value\" should be used instead of legacy \"ENV key"
                + " value\" format (line 6)",
            "DuplicateStageName: Duplicate stage name \"base\", stage names should be unique"
                + " (line 7)",
            "ReservedStageName: Stage name should not use the same name as reserved stage"
                + " \"context\" (line 8)");
  }

  @Test
  void looksAtFrom() {
    assertThat(
            warnings(
                """
                ARG TAG
                FROM --platform=linux/amd64 busybox:$TAG
                FROM --platform=$TARGETPLATFORM a${NO}
                FROM --platform=linux/arm64 a AS my-arm64
                """))
        .containsExactly(
            "InvalidDefaultArgInFrom: Default value for ARG busybox:$TAG results in empty or"
                + " invalid base image name (line 2)",
            "FromPlatformFlagConstDisallowed: FROM --platform flag should not use constant value"
                + " \"linux/amd64\" (line 2)",
            "UndefinedArgInFrom: FROM argument 'NO' is not declared (line 3)",
            "RedundantTargetPlatform: Setting platform to predefined $TARGETPLATFORM in FROM is"
                + " redundant as this is the default behavior (line 3)");
  }

  @Test
  void looksAtInstructions() {
    assertThat(
            warnings(
                """
                FROM scratch AS a
                ARG DIRECTORY=/x
                COPY $DIRECTOR /
                ENV API_KEY=1 PUBLIC_KEY=2
                WORKDIR rel
                WORKDIR rel
                EXPOSE 80/TCP 1:2
                CMD x
                CMD ["y"]
                FROM a
                SHELL ["sh"]
                CMD z
                """))
        .containsExactly(
            "UndefinedVar: Usage of undefined variable '$DIRECTOR' (did you mean $DIRECTORY?)"
                + " (line 3)",
            "SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ENV"
                + " \"API_KEY\") (line 4)",
            "WorkdirRelativePath: Relative workdir \"rel\" can have unexpected results if the base"
                + " image changes (line 5)",
            "ExposeInvalidFormat: EXPOSE instruction should not define an IP address or host-port"
                + " mapping, found '1:2' (line 7)",
            "ExposeProtoCasing: Defined protocol '80/TCP' in EXPOSE instruction should be lowercase"
                + " (line 7)",
            "JSONArgsRecommended: JSON arguments recommended for CMD to prevent unintended behavior"
                + " related to OS signals (line 8)",
            "MultipleInstructionsDisallowed: Multiple CMD instructions should not be used in the"
                + " same stage because only the last one will be used (line 8)");
  }

  @Test
  void skipsWhatDirectivesAndCommentsSay() {
    assertThat(warnings("# check=skip=all\nFROM scratch\nCMD x\n")).isEmpty();
    assertThat(warnings("# check=skip=JSONArgsRecommended, X\nFROM scratch\nCMD x\n")).isEmpty();
    assertThat(warnings("FROM scratch\n# check=skip=JSONArgsRecommended // why\nCMD x\n"))
        .isEmpty();
    assertThat(warnings("FROM scratch\n# check=skip=Other\nCMD x\n")).hasSize(1);
    assertThat(warnings("FROM scratch\n# check=nonsense\nCMD x\n")).hasSize(1);
  }

  @Test
  void experimentalRulesMustBeAskedFor() {
    String text = "\n# wrong\nFROM scratch AS a\n# b is right\nARG b\n";

    assertThat(warnings(text)).isEmpty();
    assertThat(warnings("# check=skip=all;experimental=InvalidDefinitionDescription" + text))
        .containsExactly(
            "InvalidDefinitionDescription: Comment for FROM should follow the format: `# a"
                + " <description>` (line 3)");
  }

  @Test
  void buildArgumentReplacesTheDirective() {
    CheckContext context =
        new CheckContext(
            Optional.empty(),
            Map.of("BUILDKIT_DOCKERFILE_CHECK", "error=true"),
            PatternMatcher.of(List.of()),
            _ -> Optional.empty());
    BuildChecks checks = BuildChecks.of(parse("# check=skip=all\nFROM scratch\nCMD x\n"), context);

    assertThat(checks.options().error()).isTrue();
    assertThat(checks.run()).hasSize(1);
  }

  @Test
  void usesWhatTheBuildKnows() {
    CheckContext context =
        new CheckContext(
            Optional.of("b"),
            Map.of(),
            PatternMatcher.of(List.of("*.log")),
            stage -> stage < 2 ? Optional.of(BaseFacts.of(Map.of("HOME", ""))) : Optional.empty());
    Dockerfile dockerfile =
        parse(
            """
            FROM known AS unused
            COPY $NO /
            FROM known AS a
            COPY $HOME $NO /x.log /
            FROM unknown AS b
            COPY $NO ./x.log /
            ADD *.log https://a/b.log /
            COPY --from=a x.log /
            """);

    assertThat(BuildChecks.of(dockerfile, context).run())
        .extracting(warning -> warning.rule().title() + warning.range())
        .containsExactly("UndefinedVar4", "CopyIgnoredFile4", "CopyIgnoredFile6");
  }

  @Test
  void looksAtTheImagesThatStagesStartFrom() {
    CheckContext context =
        new CheckContext(
            Optional.empty(),
            Map.of("NAME", "go"),
            PatternMatcher.of(List.of()),
            stage ->
                stage == 0
                    ? Optional.of(
                        new BaseFacts(Map.of("GOPATH", "/go"), true, "linux/arm64", "linux/amd64"))
                    : Optional.empty());
    Dockerfile dockerfile =
        parse(
            """
            ARG NAME=lang
            FROM ${NAME} AS a
            WORKDIR $GOPATH/src
            CMD x
            FROM a
            WORKDIR $GOPATH
            FROM other
            WORKDIR $GOPATH/src
            """);

    assertThat(BuildChecks.of(dockerfile, context).run())
        .hasToString(
            "[InvalidBaseImagePlatform: Base image go was pulled with platform \"linux/arm64\","
                + " expected \"linux/amd64\" for current build (line 2)]");
  }

  @Test
  void pointsToWhatItIsAbout() {
    String text = "FROM scratch AS Base\nEXPOSE 80 \\\n  81/TCP\nENV a b\n";

    assertThat(BuildChecks.of(parse(text)).run())
        .extracting(warning -> warning.caret(text.lines().toList()))
        .containsExactly(new Caret(1, 17), new Caret(3, 3), new Caret(4, 1));
  }

  @Test
  void refusalOfOptionsHasAPlace() {
    assertThatThrownBy(() -> warnings("# syntax=x\n# check=foo=bar\nFROM scratch\n"))
        .isInstanceOfSatisfying(
            DockerfileException.class, e -> assertThat(e.range()).contains(SourceRange.line(2)));
  }

  @Test
  void refusesUnknownOptions() {
    assertThatThrownBy(() -> warnings("# check=foo=bar\nFROM scratch\n"))
        .isInstanceOf(DockerfileException.class)
        .hasMessage("failed to parse check options: invalid check option \"foo\"");
    assertThatThrownBy(() -> CheckOptions.parse("error=maybe"))
        .hasMessageContaining("invalid syntax");
  }

  @Test
  void rulesHaveNamesAndPages() {
    assertThat(Rule.of("CopyIgnoredFile")).contains(Rule.COPY_IGNORED_FILE);
    assertThat(Rule.of("Nothing")).isEmpty();
    assertThat(Rule.JSON_ARGS_RECOMMENDED.url())
        .isEqualTo("https://docs.docker.com/go/dockerfile/rule/json-args-recommended/");
  }
}
