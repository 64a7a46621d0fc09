package dev.janiko.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.builder.event.BuildEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonAndQuietRendererTest {
  private static final String TIME = "{\"time\":\"2026-11-01T12:00:00Z\",\"event\":";

  private final TestBuild build = new TestBuild();

  @Test
  void everyEventIsOneObjectOnOneLine() {
    JsonRenderer renderer = new JsonRenderer(build.output());
    List.of(
            TestBuild.STARTED,
            TestBuild.RUN,
            TestBuild.output("a \"b\"\u001b"),
            TestBuild.pull(5),
            TestBuild.RUN_FAILED,
            TestBuild.WARNING,
            TestBuild.CHECKED,
            TestBuild.FAILED)
        .forEach(renderer::on);
    assertThat(build.writtenLines())
        .containsExactly(
            TIME + "\"buildStarted\",\"dockerfile\":\"Dockerfile\",\"stages\":1,\"steps\":2}",
            TIME
                + "\"stepStarted\",\"step\":2,\"stage\":\"build\",\"number\":2,\"total\":2,"
                + "\"text\":\"RUN make && make install\",\"firstLine\":2,\"lastLine\":3}",
            TIME + "\"stepOutput\",\"step\":2,\"line\":\"a \\\"b\\\"\\u001B\"}",
            TIME
                + "\"transferProgress\",\"id\":\"1\",\"what\":\""
                + TestBuild.DIGEST
                + "\",\"direction\":\"pull\",\"done\":5,\"total\":10000000}",
            TIME + "\"stepFinished\",\"step\":2,\"duration\":1400,\"outcome\":\"failed\"}",
            TIME + "\"message\",\"level\":\"warning\",\"text\":\"the tag is old\"}",
            TIME
                + "\"warned\",\"rule\":\"StageNameCasing\","
                + "\"message\":\"Stage name 'B' should be lowercase\","
                + "\"description\":\"Stage names should be lowercase\","
                + "\"url\":\"https://example.com/rule\",\"dockerfile\":\"Dockerfile\","
                + "\"firstLine\":1,\"lastLine\":1,\"line\":1,\"column\":16}",
            TIME
                + "\"buildFailed\",\"message\":\"the command failed with exit code 2\","
                + "\"exitCode\":2,\"hint\":\"install make first\",\"dockerfile\":\"Dockerfile\","
                + "\"firstLine\":2,\"lastLine\":3,\"line\":2,\"column\":5,"
                + "\"step\":2,\"lastOutput\":[\"a \\\"b\\\"\\u001B\"]}");
  }

  @Test
  void quietSaysTheDigestAlone() {
    QuietRenderer renderer = new QuietRenderer(build.stream(), build.stream());
    List.of(TestBuild.STARTED, TestBuild.CHECKED, TestBuild.RUN, TestBuild.WARNING, TestBuild.IMAGE)
        .forEach(renderer::on);
    assertThat(build.writtenLines()).containsExactly(TestBuild.DIGEST);
  }

  @Test
  void quietStillSaysWhyItFailed() {
    QuietRenderer renderer = new QuietRenderer(build.stream(), build.stream());
    renderer.on(TestBuild.output("oh"));
    renderer.on(TestBuild.RUN_FAILED);
    renderer.on(BuildEvent.BuildFailed.of("no such image"));
    assertThat(build.writtenLines()).containsExactly("ERROR: no such image");
  }
}
