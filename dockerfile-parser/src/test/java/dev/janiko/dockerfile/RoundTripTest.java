package dev.janiko.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is printed parses to what was printed. */
final class RoundTripTest {
  private static final int ROUNDS = 4_000;

  private static void check(String text, String what) {
    Dockerfile dockerfile = DockerfileParser.parse(text, "Dockerfile");
    String printed = dockerfile.print();
    Dockerfile again;
    try {
      again = DockerfileParser.parse(printed, "Dockerfile");
    } catch (DockerfileException e) {
      throw new AssertionError(what + "\n" + text + "\n---\n" + printed, e);
    }
    assertThat(Trees.describe(again))
        .as("%s%n%s%n---%n%s", what, text, printed)
        .isEqualTo(Trees.describe(dockerfile));
    assertThat(again.print()).as("printing twice: %s", what).isEqualTo(printed);
  }

  @Test
  void blanksThatSeparateNoWordsPrintBack() {
    check("FROM a\nEXPOSE 80 \u00a0 90\n", "a port that is a blank");
    check("FROM a\nEXPOSE 9 \u00a01 8\u00a0 7\n", "ports that begin or end with blanks");
  }

  @Test
  void mutatedTextsThatStillParsePrintBack() {
    int parsed = 0;
    for (int seed = 0; seed < ROUNDS; seed++) {
      String text = Mutations.of(new Random(seed));
      try {
        DockerfileParser.parse(text, "Dockerfile");
      } catch (DockerfileException _) {
        continue;
      }
      parsed++;
      check(text, "seed " + seed);
    }
    assertThat(parsed).as("texts that parse").isGreaterThan(ROUNDS / 20);
  }
}
