package dev.janiko.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.builder.event.BuildEvent.Outcome;
import dev.janiko.builder.event.BuildEvent.StepFinished;
import dev.janiko.builder.event.BuildEvent.StepStarted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TtyRendererTest {
  private final TestBuild build = new TestBuild();
  private Window window = new Window(60, 10);
  private final Screen screen = new Screen(60, 10);
  private final TtyRenderer renderer = new TtyRenderer(build.output(), () -> window);

  @Test
  void runningStepsAreDrawnInPlaceAndFinishedOnesStay() {
    renderer.on(TestBuild.STARTED);
    renderer.on(TestBuild.FROM);
    renderer.on(TestBuild.pull(2_000_000));
    build.passes(1000);
    frame();
    assertThat(screen.text())
        .containsExactly(
            "building 0/2 steps                                     1.0s",
            "=> [build 1/2] FROM debian                             1.0s",
            "=> pull sha256:0123456789ab            2.0MB / 10.0MB  1.0s");
    renderer.on(TestBuild.pull(10_000_000));
    renderer.on(TestBuild.FROM_DONE);
    renderer.on(TestBuild.RUN);
    renderer.on(TestBuild.output("cc -c main.c"));
    build.passes(1400);
    frame();
    assertThat(screen.text())
        .containsExactly(
            "=> CACHED [build 1/2] FROM debian                      0.3s",
            "building 1/2 steps                                     2.4s",
            "=> [build 2/2] RUN make && make install                1.4s",
            "   | cc -c main.c");
    renderer.on(TestBuild.RUN_DONE);
    renderer.on(TestBuild.PHASE);
    close();
    assertThat(screen.text())
        .containsExactly(
            "=> CACHED [build 1/2] FROM debian                      0.3s",
            "=> [build 2/2] RUN make && make install                1.4s",
            "=> push                                                0.1s");
    assertThat(screen.cursorVisible()).isTrue();
  }

  @Test
  void warningStaysOnTheScreen() {
    renderer.on(TestBuild.CHECKED);
    close();
    assertThat(screen.text())
        .contains(
            "WARNING: StageNameCasing: Stage name 'B' should be lowercase",
            " 1 | >>> FROM debian AS B");
  }

  @Test
  void failureStaysOnTheScreen() {
    renderer.on(TestBuild.RUN);
    renderer.on(TestBuild.output("make: not found"));
    frame();
    renderer.on(TestBuild.RUN_FAILED);
    renderer.on(TestBuild.FAILED);
    close();
    assertThat(screen.text())
        .contains(
            "=> ERROR [build 2/2] RUN make && make install          1.4s",
            "  | make: not found",
            " 2 | >>> RUN make && \\",
            "ERROR: the command failed with exit code 2")
        .noneMatch(line -> line.startsWith("building"));
  }

  @Test
  void blockNeverGrowsBeyondTheWindow() {
    for (int id = 1; id <= 30; id++) {
      renderer.on(new StepStarted(id, "s", id, 30, "RUN sleep " + id, Optional.empty()));
    }
    frame();
    frame();
    assertThat(screen.text()).hasSize(9).last().isEqualTo("… 23 more lines");
    assertThat(screen.rowsUsed()).isLessThanOrEqualTo(10);
  }

  @Test
  void linesThatWrapWhenTheWindowShrinksAreStillOverwritten() {
    renderer.on(TestBuild.STARTED);
    renderer.on(TestBuild.RUN);
    frame();
    Screen narrow = new Screen(30, 10);
    window = new Window(30, 10);
    narrow.write(wrapped(screen.text()));
    renderer.on(TestBuild.RUN_DONE);
    renderer.close();
    narrow.write(build.written());
    assertThat(narrow.text()).containsExactly("=> [build 2/2] RUN make… 1.4s");
  }

  @Test
  void longMessagesWrapWithoutLosingCharacters() {
    String digestLine = "image " + TestBuild.DIGEST + "  75.3MB in 2 layers, 1 of them new";
    renderer.on(TestBuild.RUN);
    frame();
    renderer.on(TestBuild.RUN_DONE);
    renderer.on(TestBuild.IMAGE);
    frame();
    close();
    assertThat(String.join("", screen.text())).contains(digestLine.substring(0, 60));
    assertThat(screen.text()).contains(digestLine.substring(0, 60), digestLine.substring(60));
  }

  @Test
  void nothingIsLeftBehindByAnyOrderOfEvents() {
    long seed = 42;
    Random random = new Random(seed);
    List<String> expected = new ArrayList<>();
    for (int id = 1; id <= 200; id++) {
      renderer.on(new StepStarted(id, "s", id, 200, "RUN " + id, Optional.empty()));
      for (int line = random.nextInt(8); line > 0; line--) {
        renderer.on(TestBuild.output("x".repeat(random.nextInt(100))));
      }
      if (random.nextBoolean()) {
        frame();
      }
      build.passes(random.nextInt(500));
      renderer.on(new StepFinished(id, Duration.ofMillis(100), Outcome.DONE));
      expected.add("=> [s %d/200] RUN %d".formatted(id, id));
    }
    close();
    assertThat(screen.text().stream().map(line -> line.replaceFirst(" +0.1s$", "")))
        .as("seed %d", seed)
        .containsExactlyElementsOf(expected);
  }

  private void frame() {
    renderer.frame();
    screen.write(build.written());
  }

  private void close() {
    renderer.close();
    screen.write(build.written());
  }

  private static byte[] wrapped(List<String> lines) {
    return (String.join("\r\n", lines) + "\r\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}
