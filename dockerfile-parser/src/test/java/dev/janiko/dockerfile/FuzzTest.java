package dev.janiko.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.janiko.dockerfile.check.BuildChecks;
import dev.janiko.dockerfile.pattern.IgnoreFile;
import dev.janiko.dockerfile.pattern.PatternException;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Whatever the text: the module's own exceptions, and soon. Longer with {@code
 * -Djaniko.fuzz.seconds=N}.
 */
final class FuzzTest {
  private static final Variables VARIABLES = Variables.of(Map.of("a", "x*y/z", "HOME", "/root"));
  private static final Duration SLOW = Duration.ofSeconds(2);

  @Test
  void nothingButOwnExceptionsEscapes() {
    long seconds = Long.getLong("janiko.fuzz.seconds", 3);
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    long seed = 0;
    while (System.nanoTime() < end) {
      String text = Mutations.of(new Random(seed));
      long start = System.nanoTime();
      try {
        tryAll(text);
      } catch (RuntimeException | StackOverflowError e) {
        fail("seed " + seed + ": " + text, e);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).as("seed %s", seed).isLessThan(SLOW);
      seed++;
    }
    assertThat(seed).isPositive();
  }

  private static void tryAll(String text) {
    try {
      Dockerfile dockerfile = DockerfileParser.parse(text, "Dockerfile");
      assertThat(BuildChecks.of(dockerfile).run()).isNotNull();
      dockerfile.stages().forEach(stage -> stage.instructions().forEach(FuzzTest::look));
    } catch (DockerfileException e) {
      assertThat(e.describe(text)).contains(e.getMessage());
    }
    for (String line : text.split("\n", -1)) {
      expand(line);
    }
    try {
      PatternMatcher.of(IgnoreFile.parse(text)).matchesOrParentMatches("a/b/app.py");
    } catch (PatternException e) {
      assertThat(e.pattern()).isNotEmpty();
    }
  }

  private static void look(Instruction instruction) {
    switch (instruction) {
      case Instruction.Run run -> run.mounts().forEach(FuzzTest::mount);
      case Instruction.Onbuild onbuild -> {
        try {
          DockerfileParser.parseTrigger(onbuild.trigger(), onbuild.range());
        } catch (DockerfileException e) {
          assertThat(e.range()).isPresent();
        }
      }
      default -> {
        // Read already.
      }
    }
  }

  private static void mount(String text) {
    try {
      Mount.parse(text, UnaryOperator.identity());
    } catch (DockerfileException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  private static void expand(String word) {
    try {
      new Expander('\\').expandWords(word, VARIABLES);
      new Expander('`').expandHeredoc(word, VARIABLES);
    } catch (DockerfileException e) {
      assertThat(e.getMessage()).startsWith("failed to process ");
    }
  }
}
