package dev.janiko.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused, with BuildKit's words and the right place. */
final class DockerfileErrorsTest {
  private static DockerfileException fail(String text) {
    return catchThrowableOfType(
        DockerfileException.class, () -> DockerfileParser.parse(text, "Dockerfile"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "FRUM x | unknown instruction: FRUM (did you mean FROM?)",
        "XYZZY x | unknown instruction: XYZZY",
        "fnv a=b | unknown instruction: fnv (did you mean env?)",
        "FROM | FROM requires either one or three arguments",
        "FROM a x | FROM requires either one or three arguments",
        "FROM a foo bar | FROM requires either one or three arguments",
        "FROM a AS 1a | invalid name for build stage: \"1a\", name can't start with a number or"
            + " contain symbols",
        "FROM --platfrom=linux/amd64 a | unknown flag: --platfrom (did you mean platform?)",
        "COPY | COPY requires at least two arguments, but only one was provided. Destination could"
            + " not be determined",
        "ADD a | ADD requires at least two arguments, but only one was provided. Destination could"
            + " not be determined",
        "COPY --chonw=1 a / | unknown flag: --chonw (did you mean chown?)",
        "COPY --chown=1 --chown=2 a / | duplicate flag specified: --chown",
        "COPY --chown a / | missing a value on flag: --chown",
        "COPY --link=maybe a / | expecting boolean value for flag --link, not: maybe",
        "COPY --link= a / | missing a value on flag: --link",
        "COPY --keep-git-dir a / | unknown flag: --keep-git-dir",
        "COPY --checksum=sha256:aa a / | unknown flag: --checksum",
        "ADD --from=x a / | unknown flag: --from",
        "ENV | ENV requires at least one argument",
        "ENV =b | ENV names can not be blank",
        "LABEL | LABEL requires at least one argument",
        "ARG | ARG requires at least one argument",
        "ARG =x | ARG names can not be blank",
        "WORKDIR | WORKDIR requires exactly one argument",
        "WORKDIR --x /a | unknown flag: --x",
        "CMD --x | unknown flag: --x",
        "USER | USER requires exactly one argument",
        "EXPOSE | EXPOSE requires at least one argument",
        "VOLUME | VOLUME requires at least one argument",
        "VOLUME [\"\"] | VOLUME specified can not be an empty string",
        "STOPSIGNAL | STOPSIGNAL requires exactly one argument",
        "SHELL /bin/sh -c | SHELL requires the arguments to be in JSON form",
        "SHELL [] | SHELL requires at least one argument",
        "SHELL | SHELL requires at least one argument",
        "HEALTHCHECK | HEALTHCHECK requires at least one argument",
        "HEALTHCHECK NONE x | HEALTHCHECK NONE takes no arguments",
        "HEALTHCHECK FOO x | Unknown type \"FOO\" in HEALTHCHECK (try CMD)",
        "HEALTHCHECK CMD | Missing command after HEALTHCHECK CMD",
        "HEALTHCHECK --interval=5 CMD x | time: missing unit in duration \"5\"",
        "HEALTHCHECK --interval=1us CMD x | Interval \"interval\" cannot be less than 1ms",
        "HEALTHCHECK --retries=-1 CMD x | --retries cannot be negative (-1)",
        "HEALTHCHECK --retries=x CMD x | strconv.ParseInt: parsing \"x\": invalid syntax",
        "HEALTHCHECK --intervall=5s CMD x | unknown flag: --intervall (did you mean interval?)",
        "ONBUILD | ONBUILD requires at least one argument",
        "ONBUILD ONBUILD RUN x | Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed",
        "ONBUILD FROM x | FROM isn't allowed as an ONBUILD trigger",
        "ONBUILD MAINTAINER x | MAINTAINER isn't allowed as an ONBUILD trigger",
        "MAINTAINER | MAINTAINER requires exactly one argument",
        "RUN --mont=type=cache,target=/x true | unknown flag: --mont (did you mean mount?)",
        "RUN --network=foo true | invalid network mode \"foo\"",
        "RUN --security=foo true | security \"foo\" is not valid",
        "RUN --mount=type=bind,from=$S,target=/x true | 'from' doesn't support variable expansion,"
            + " define alias stage instead",
      })
  void refusesInstruction(String line, String message) {
    DockerfileException error = fail("FROM scratch\n" + line + "\n");

    assertThat(error).hasMessage("dockerfile parse error on line 2: " + message);
    assertThat(error.range()).contains(SourceRange.line(2));
    assertThat(error.fileName()).contains("Dockerfile");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "ENV FOO | ENV must have two arguments",
        "LABEL a | LABEL must have two arguments",
        "ENV A=b C | Syntax error - can't find = in \"C\". Must be of the form: name=value",
        "ENV A=${B:?need b} | Syntax error - can't find = in \"b}\". Must be of the form:"
            + " name=value",
        "COPY [\"a\", 1, \"b\"] | when using JSON array syntax, arrays must be comprised of"
            + " strings only",
        "RUN [\"a\", null] | when using JSON array syntax, arrays must be comprised of strings"
            + " only",
        "RUN <<EOF | unterminated heredoc",
      })
  void refusesWords(String line, String message) {
    DockerfileException error = fail("FROM scratch\n" + line + "\n");

    assertThat(error).hasMessage(message);
    assertThat(error.range()).contains(SourceRange.line(2));
  }

  @Test
  void refusesFilesThatSayNothing() {
    assertThat(fail("")).hasMessage("the Dockerfile cannot be empty");
    assertThat(fail("# hi\n")).hasMessage("file with no instructions");
    assertThat(fail("ARG A=1\n")).hasMessage("dockerfile contains no stages to build");
    assertThat(fail("\n\nRUN ls\n")).hasMessage("no build stage in current context");
    assertThat(fail("\n\nRUN ls\n").range()).contains(SourceRange.line(3));
  }

  @Test
  void refusesBadDirectives() {
    assertThat(fail("# escape=x\nFROM a\n"))
        .hasMessage("invalid escape token 'x' does not match ` or \\");
    assertThat(fail("# escape=\\\n# escape=`\nFROM a\n"))
        .hasMessage("only one escape parser directive can be used");
    assertThat(fail("# escape=\\\n# escape=`\nFROM a\n").range()).contains(SourceRange.line(2));
  }

  @Test
  void refusesHeredocAsDestination() {
    DockerfileException error = fail("FROM scratch\nCOPY a <<EOF\nx\nEOF\n");

    assertThat(error)
        .hasMessage(
            "dockerfile parse error on line 2: COPY cannot accept a heredoc as a destination");
    assertThat(error.range()).contains(new SourceRange(2, 4));
  }

  @Test
  void refusesHeredocsThatQuotesTakeApart() {
    assertThat(fail("FROM a\nCOPY \"x <<E y\" /d/\n")).hasMessageContaining("<<E opens no heredoc");
    assertThat(fail("FROM a\nCOPY <<\"x y\" /d/\nx y\n"))
        .hasMessageContaining("the name of heredoc \"x y\" must be one word");
  }

  @Test
  void tellsTheLinesOfUnterminatedHeredoc() {
    DockerfileException error = fail("FROM scratch\nCOPY <<EOF /x\nabc\n EOF\n");

    assertThat(error).hasMessage("unterminated heredoc");
    assertThat(error.range()).contains(new SourceRange(2, 4));
    assertThat(error.hint()).contains("no line is exactly EOF");
  }

  @Test
  void errorsOfTheFirstPassComeFirst() {
    assertThat(fail("FRUM x\nENV A\n")).hasMessage("ENV must have two arguments");
  }

  @Test
  void refusesOnlyLinesBeyond65535Bytes() {
    String label = "LABEL a=";
    String longest = label + "x".repeat(65_535 - label.length());

    assertThat(DockerfileParser.parse("FROM a\n" + longest + "\n", "f").stages()).hasSize(1);
    assertThat(fail("FROM a\n" + longest + "x\n"))
        .hasMessage("dockerfile line greater than max allowed size of 65535");
    assertThat(fail("FROM a\nLABEL a=" + "\u00e9".repeat(32_764) + "\n").range())
        .contains(SourceRange.line(2));
  }

  @Test
  void chainedOnbuildsDoNotRunDeep() {
    assertThat(fail("FROM a\nONBUILD " + "ONBUILD \\\n".repeat(100_000) + "RUN x\n"))
        .hasMessageContaining("Chaining ONBUILD");
  }

  @Test
  void triggersAreJudgedWhereTheyRun() {
    SourceRange from = SourceRange.line(7);

    assertThatThrownBy(() -> DockerfileParser.parseTrigger("FOO x", from))
        .isInstanceOfSatisfying(
            DockerfileException.class, e -> assertThat(e.range()).contains(from))
        .hasMessage("unknown instruction: FOO (did you mean FROM?)");
    assertThatThrownBy(() -> DockerfileParser.parseTrigger("RUN a\nRUN b", from))
        .hasMessage("onbuild trigger should be a single expression");
    assertThat(DockerfileParser.parseTrigger("RUN <<E\nx\nE", from))
        .isInstanceOfSatisfying(
            Instruction.Run.class, run -> assertThat(run.range()).isEqualTo(from));
  }

  @Test
  void describesThePlaceWithACaret() {
    String text = "FROM scratch\n\tCOPY --chonw=1 \\\n  a /\nRUN x\nRUN y\nRUN z\n";

    assertThat(fail(text).describe(text))
        .isEqualTo(
            """
            Dockerfile:2:7
            --------------------
               1 |     FROM scratch
               2 | >>> \tCOPY --chonw=1 \\
                 |     \t     ^
               3 | >>>   a /
               4 |     RUN x
               5 |     RUN y
            --------------------
            dockerfile parse error on line 2: unknown flag: --chonw (did you mean chown?)
            flags of COPY are --chmod --chown --exclude --from --link --parents\
            """);
  }

  /** Text with the place of the caret, and the beginning of the hint. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "FROM a\\nFRUM x | 2:1 | instructions are ADD ARG CMD",
        "FROM a\\n  COPY x | 2:3 | expected: COPY [flags] <source>... <destination>",
        "FROM a\\nENV A=b C | 2:9 | expected: ENV <name>=<value>...",
        "FROM a\\nENV A=b =c | 2:9 | expected: ENV <name>=<value>...",
        "FROM a\\nENV A=b \\\\\\n =c | 3:2 | expected: ENV <name>=<value>...",
        "FROM a foo b | 1:8 | expected: FROM [--platform=<platform>] <image or stage> [AS <name>]",
        "FROM a AS 1b | 1:11 | expected: FROM",
        "FROM a\\nRUN --network=hots x | 2:5 | expected one of: default, none, host",
        "FROM a\\nSHELL sh -c | 2:7 | expected: SHELL [",
        "FROM a\\nSHELL sh | 2:7 | expected: SHELL [",
        "FROM a\\nCMD --x | 2:5 | CMD has no flags",
        "FROM a\\nRUN --device=a,b x | 2:16 | expected: RUN [flags]",
        "FROM a\\nHEALTHCHECK FOO x | 2:13 | expected: HEALTHCHECK [flags] CMD <command>",
        "FROM a\\nHEALTHCHECK --retries=x CMD y | 2:13 | expected: HEALTHCHECK [flags]",
        "FROM a\\nONBUILD FROM x | 2:9 | expected: ONBUILD <instruction other than",
        "FROM a\\nRUN [1] | 2:1 | expected: RUN [flags] <command>",
        "RUN x | 1:1 | The first instruction must be FROM",
        "ARG A=1 | 1:1 | Add a FROM instruction.",
        "# hi | 1:1 | Begin with FROM <image>.",
        "# escape=\\\\n# escape=` | 2:3 | Remove one of them.",
        "# escape=x\\nFROM a | 1:10 | expected: # escape=` or # escape=\\",
      })
  void tellsColumnAndWhatWasExpected(String line, String place, String hint) {
    String text = line.replace("\\\\\\n", "\\\n").replace("\\n", "\n");

    DockerfileException error = fail(text);

    assertThat(error.line(text).orElseThrow() + ":" + error.column(text).orElseThrow())
        .isEqualTo(place);
    assertThat(error.hint().orElse("")).startsWith(hint);
  }

  @Test
  void theEmptyFileHasAPlace() {
    assertThat(fail("").describe(""))
        .startsWith("Dockerfile:1:1\n")
        .contains("the Dockerfile cannot be empty");
  }

  @Test
  void describesErrorsWithoutAPlace() {
    assertThat(DockerfileException.of("nothing").in("Dockerfile").describe(""))
        .isEqualTo("Dockerfile: nothing");
  }
}
