package dev.janiko.builder.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.dockerfile.Caret;
import dev.janiko.dockerfile.Dockerfile;
import dev.janiko.dockerfile.DockerfileParser;
import dev.janiko.dockerfile.Instruction;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Words at fault. */
final class CulpritTest {
  /** The column that the caret points to, counted from 1. */
  private static int column(Kind kind, String line, String message) {
    String text = "FROM scratch\n" + line + "\n";
    Dockerfile dockerfile = DockerfileParser.parse(text, "Dockerfile");
    Instruction instruction = dockerfile.stages().getFirst().instructions().getFirst();
    BuildException failure =
        kind == Kind.COMMAND
            ? BuildException.command(message, 1, List.of())
            : BuildException.of(kind, message);
    BuildException placed = Culprit.placed(failure, instruction);
    return Caret.find(
            List.of(text.split("\n", -1)), placed.location().orElseThrow(), placed.culprit())
        .column();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "COPY nothing /x             | '\"/nothing\": not found'             | 6",
        "COPY a ./missing/one /x     | '\"/missing/one\": not found'         | 8",
        "EXPOSE 80 abc               | 'invalid containerPort: abc'          | 11",
        "ADD --checksum=sha256:12 x y| 'invalid checksum digest: sha256:12'  | 16",
        "WORKDIR /bin/busybox        | 'mkdir /bin/busybox: not a directory' | 9",
        "USER nobody-here            | 'what is not in it at all'            | 1",
        "COPY a b                    | 'a is too short to be told apart'     | 1",
      })
  void longestNamedWordIsMeant(String line, String message, int column) {
    assertThat(column(Kind.DOCKERFILE, line, message)).isEqualTo(column);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = "RUN exit 3 | process \"exit 3\" did not complete | 1")
  void commandsAreAtFaultAsAWhole(String line, String message, int column) {
    assertThat(column(Kind.COMMAND, line, message)).isEqualTo(column);
  }
}
