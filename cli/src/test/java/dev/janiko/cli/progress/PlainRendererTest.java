package dev.janiko.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.builder.event.BuildEvent.BuildFailed;
import dev.janiko.builder.event.BuildEvent.Level;
import dev.janiko.builder.event.BuildEvent.Message;
import dev.janiko.builder.event.BuildEvent.StepOutput;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlainRendererTest {
  private final TestBuild build = new TestBuild();
  private final PlainRenderer renderer = new PlainRenderer(build.output());

  @Test
  void everyLineOfAStepBeginsWithItsNumber() {
    renderer.on(TestBuild.STARTED);
    renderer.on(TestBuild.STAGE);
    renderer.on(TestBuild.FROM);
    renderer.on(TestBuild.FROM_DONE);
    renderer.on(TestBuild.RUN);
    build.passes(312);
    renderer.on(TestBuild.output("cc -c main.c"));
    renderer.on(TestBuild.RUN_DONE);
    renderer.on(TestBuild.PHASE);
    renderer.on(TestBuild.IMAGE);
    assertThat(build.writtenLines())
        .containsExactly(
            "building Dockerfile: 1 stage, 2 steps",
            "stage 1/1 build",
            "#1 [build 1/2] FROM debian",
            "#1 CACHED",
            "#2 [build 2/2] RUN make && make install",
            "#2 0.312 cc -c main.c",
            "#2 DONE 1.4s",
            "push 0.1s",
            "image " + TestBuild.DIGEST + "  75.3MB in 2 layers, 1 of them new",
            "  layer " + TestBuild.DIGEST + "     75.0MB  (base)",
            "  layer " + TestBuild.DIGEST + "    300.0kB",
            "  in localhost:5000/app:1",
            "finished in 0.3s");
  }

  @Test
  void warningShowsRulePlaceAndLines() {
    renderer.on(TestBuild.CHECKED);
    assertThat(build.writtenLines())
        .containsExactly(
            "WARNING: StageNameCasing: Stage name 'B' should be lowercase",
            " Dockerfile:1:16  https://example.com/rule",
            " 1 | >>> FROM debian AS B",
            "   |                    ^");
  }

  @Test
  void failureShowsOutputPlaceReasonAndAdvice() {
    renderer.on(TestBuild.RUN);
    IntStream.rangeClosed(1, 25).forEach(i -> renderer.on(TestBuild.output("line " + i)));
    renderer.on(TestBuild.RUN_FAILED);
    build.written();
    renderer.on(TestBuild.FAILED);
    assertThat(build.writtenLines())
        .startsWith("", "the last lines of its output:", "  | line 6", "  | line 7")
        .contains("  | line 25")
        .endsWith(
            "",
            "Dockerfile:2:5",
            "--------------------",
            " 1 |     FROM debian",
            " 2 | >>> RUN make && \\",
            "   |         ^",
            " 3 | >>>   make install",
            " 4 |     CMD app",
            "--------------------",
            "",
            "ERROR: the command failed with exit code 2",
            "hint: install make first");
  }

  @Test
  void longTransfersAreReportedNowAndThen() {
    renderer.on(TestBuild.pull(0));
    build.passes(4000);
    renderer.on(TestBuild.pull(1_000_000));
    build.passes(2000);
    renderer.on(TestBuild.pull(2_000_000));
    build.passes(500);
    renderer.on(TestBuild.pull(2_500_000));
    build.passes(1000);
    renderer.on(TestBuild.pull(10_000_000));
    assertThat(build.writtenLines())
        .containsExactly(
            "pull " + TestBuild.DIGEST + " 2.0MB / 10.0MB",
            "pull " + TestBuild.DIGEST + " 10.0MB 7.5s");
  }

  @Test
  void messagesBelowTheLevelAreLeftOut() {
    renderer.on(new Message(Level.DEBUG, "a detail"));
    renderer.on(TestBuild.WARNING);
    assertThat(build.writtenLines()).containsExactly("WARNING: the tag is old");
  }

  @Test
  void highLevelsLeaveOutputAndFailures() {
    Output output = build.output();
    PlainRenderer errors =
        new PlainRenderer(new Output(output.stream(), build, Level.ERROR, false, false));
    errors.on(TestBuild.RUN);
    errors.on(TestBuild.output("text"));
    errors.on(TestBuild.WARNING);
    errors.on(TestBuild.RUN_DONE);
    errors.on(TestBuild.IMAGE);
    errors.on(BuildFailed.of("no"));
    assertThat(build.writtenLines()).containsExactly("#2 0.000 text", "", "ERROR: no");
  }

  @Test
  void timestampsComeFirst() {
    Output output = build.output();
    new PlainRenderer(new Output(output.stream(), build, Level.INFO, true, false))
        .on(TestBuild.WARNING);
    assertThat(build.writtenLines())
        .containsExactly("2026-11-01T12:00:00Z WARNING: the tag is old");
  }

  @Test
  void outputCannotSteerTheTerminal() {
    renderer.on(TestBuild.RUN);
    build.written();
    renderer.on(TestBuild.output("10%\r50%\r100%\r"));
    renderer.on(TestBuild.output("\u001b[2J\u001b]0;title\u0007a\tb\u001b[31mred\u001b[0m\b"));
    assertThat(build.writtenLines()).containsExactly("#2 0.000 100%", "#2 0.000 a       bred");
  }

  @Test
  void bytesThatAreNotTextAreReplaced() {
    StepOutput output = StepOutput.of(1, new byte[] {'a', (byte) 0xff, 'b', '\r', '\n'});
    assertThat(output.line()).isEqualTo("a\ufffdb");
  }
}
