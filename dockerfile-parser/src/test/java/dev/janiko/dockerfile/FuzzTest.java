package dev.janiko.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.dockerfile.check.BuildChecks;
import dev.janiko.dockerfile.pattern.IgnoreFile;
import dev.janiko.dockerfile.pattern.PatternException;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import dev.janiko.dockerfile.pattern.SlashPath;
import dev.janiko.dockerfile.text.GitReference;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Whatever the text: the module's own exceptions, and soon; what parses prints back.
 *
 * <p>Runs on two threads, for {@code -Djaniko.fuzz=SECONDS}; {@code -Djaniko.fuzz.seed=N} begins
 * with other inputs.
 */
final class FuzzTest {
  private static final int THREADS = 2;
  private static final long SECONDS = Long.getLong("janiko.fuzz", 2);
  private static final long FIRST_SEED = Long.getLong("janiko.fuzz.seed", 0);

  /** By the thread's own clock, so that a machine under load changes nothing. */
  private static final Duration LONGEST = Duration.ofSeconds(5);

  /** What Linux takes. */
  private static final int LONGEST_PATH = 4_096;

  private static final Variables VARIABLES = Variables.of(Map.of("a", "x*y/z", "HOME", "/root"));

  @Test
  void nothingButOwnExceptionsEscapes() throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
    long inputs = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Long>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        running.add(threads.submit(worker(FIRST_SEED + i, end)));
      }
      for (Future<Long> each : running) {
        inputs += each.get();
      }
    }
    System.out.printf(
        "fuzz: %d inputs in %d s on %d threads, seeds from %d on%n",
        inputs, SECONDS, THREADS, FIRST_SEED);
    assertThat(inputs).isPositive();
  }

  private static Callable<Long> worker(long firstSeed, long end) {
    return () -> {
      ThreadMXBean clock = ManagementFactory.getThreadMXBean();
      long inputs = 0;
      for (long seed = firstSeed; System.nanoTime() < end; seed += THREADS) {
        long start = clock.getCurrentThreadCpuTime();
        try {
          one(new Random(seed));
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError e) {
          throw new AssertionError("-Djaniko.fuzz.seed=" + seed, e);
        }
        Duration taken = Duration.ofNanos(clock.getCurrentThreadCpuTime() - start);
        assertThat(taken).as("-Djaniko.fuzz.seed=%d", seed).isLessThan(LONGEST);
        inputs++;
      }
      return inputs;
    };
  }

  private static void one(Random random) {
    switch (random.nextInt(8)) {
      case 0 -> expand(Mutations.pieces(random));
      case 1 -> ignore(Mutations.pieces(random), Mutations.pieces(random));
      case 2 -> reference(Mutations.pieces(random));
      case 3 -> dockerfile("FROM a\n" + Mutations.pieces(random));
      case 4 -> mount(Mutations.pieces(random));
      default -> dockerfile(Mutations.of(random));
    }
  }

  private static void dockerfile(String text) {
    Dockerfile dockerfile;
    try {
      dockerfile = DockerfileParser.parse(text, "Dockerfile");
    } catch (DockerfileException e) {
      assertThat(e.describe(text)).contains(e.getMessage()).startsWith("Dockerfile:");
      assertThat(e.line(text)).isPresent();
      return;
    }
    try {
      assertThat(BuildChecks.of(dockerfile).run()).isNotNull();
    } catch (DockerfileException e) {
      assertThat(e.getMessage()).startsWith("failed to parse check options: ");
    }
    dockerfile.stages().forEach(stage -> stage.instructions().forEach(FuzzTest::look));
    Dockerfile again = DockerfileParser.parse(dockerfile.print(), "Dockerfile");
    assertThat(Trees.describe(again)).isEqualTo(Trees.describe(dockerfile));
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
      case Instruction.Transfer transfer -> transfer.sources().forEach(FuzzTest::expand);
      default -> expand(instruction.original());
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

  private static void ignore(String patterns, String path) {
    PatternMatcher matcher;
    try {
      matcher = PatternMatcher.of(IgnoreFile.parse(patterns));
    } catch (PatternException e) {
      assertThat(e.pattern()).isNotEmpty();
      return;
    }
    matcher.match("a/b", matcher.match("a", matcher.root()));
    for (String each : List.of(path, patterns)) {
      matcher.matchesOrParentMatches(each.substring(0, Math.min(each.length(), LONGEST_PATH)));
      String clean = SlashPath.clean(each);
      matcher.matchesOrParentMatches(clean);
    }
  }

  private static void reference(String text) {
    try {
      GitReference.parse(text)
          .ifPresent(reference -> {
            assertThat(text).startsWith(reference.remote());
            assertThat(GitReference.parse(reference.remote())).isPresent();
            assertThat(reference.shown()).isNotEmpty();
          });
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotEmpty();
      assertThat(e.getClass()).isEqualTo(IllegalArgumentException.class);
    }
  }
}
