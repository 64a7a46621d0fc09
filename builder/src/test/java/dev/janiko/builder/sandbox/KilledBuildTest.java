package dev.janiko.builder.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class KilledBuildTest {
  private static final String DURATION = "98765";

  @TempDir Path temporary;

  @Test
  void aKilledBuildLeavesNoProcessesAndNoMounts() throws Exception {
    Busybox.requireRoot();
    Path layer = Busybox.unpack(temporary.resolve("layer"));
    Path work = temporary.resolve("work");
    Process build =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledBuild.class.getName(),
                layer.toString(),
                work.toString(),
                DURATION)
            .redirectErrorStream(true)
            .start();
    try (BufferedReader output = build.inputReader()) {
      assertThat(output.readLine()).isEqualTo("running");
      assertThat(Processes.withArgument(DURATION)).isNotEmpty();
    } finally {
      build.destroyForcibly();
    }
    assertThat(build.waitFor(30, TimeUnit.SECONDS)).isTrue();
    for (int i = 0; i < 500 && !Processes.withArgument(DURATION).isEmpty(); i++) {
      Thread.sleep(10);
    }
    assertThat(Processes.withArgument(DURATION)).isEmpty();
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(work.toString());
  }
}
