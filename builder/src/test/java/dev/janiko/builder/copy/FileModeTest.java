package dev.janiko.builder.copy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FileModeTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "755|600|755",
        "0|4755|0",
        "07777|0|7777",
        "u=rwX,go=rX|600|644",
        "u=rwX,go=rX|700|755",
        "+x|640|751",
        "a-w|666|444",
        "g=u|640|660",
        "u+s,+t|755|5755",
        "u=rw,u+x,g=|677|707",
        "o+w-r|644|642",
      })
  void changesModesAsChmodDoes(String text, String before, String after) {
    FileMode mode = FileMode.parse(text).orElseThrow();
    assertThat(Integer.toOctalString(mode.applyTo(Integer.parseInt(before, 8), false)))
        .isEqualTo(after);
  }

  @ParameterizedTest
  @ValueSource(strings = {"64a", "10000", "999", "u+q", "", "u", "=rwx,", "rwx", "u+r w"})
  void otherWordsAreNoMode(String text) {
    assertThat(FileMode.parse(text)).isEmpty();
  }

  /** Against chmod(1), without set-id bits: there implementations differ for directories. */
  @Test
  void agreesWithChmodOfTheSystem() throws Exception {
    long seed = 20261121;
    Random random = new Random(seed);
    for (int i = 0; i < 40; i++) {
      String text = clauses(random);
      int before = random.nextInt(0777 + 1);
      boolean isDirectory = random.nextBoolean();
      Path file = folder.resolve("f" + i);
      if (isDirectory) {
        Files.createDirectory(file);
      } else {
        Files.createFile(file);
      }
      String after =
          shell(
              "umask 0; chmod %o '%s' && chmod '%s' '%s' && stat -c %%a '%s'"
                  .formatted(before, file, text, file, file));
      assertThat(
              Integer.toOctalString(
                  FileMode.parse(text).orElseThrow().applyTo(before, isDirectory)))
          .as("seed %d: chmod %s of %o, directory: %s", seed, text, before, isDirectory)
          .isEqualTo(after);
    }
  }

  private static String clauses(Random random) {
    StringJoiner clauses = new StringJoiner(",");
    for (int i = random.nextInt(3); i >= 0; i--) {
      clauses.add(
          pick(random, List.of("", "u", "g", "o", "a", "ug", "go"))
              + pick(random, List.of("+", "-", "="))
              + pick(random, List.of("r", "w", "x", "X", "rw", "rX", "rwx", "u", "g", "o", "")));
    }
    return clauses.toString();
  }

  private static String pick(Random random, List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static String shell(String script) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.strip();
  }
}
