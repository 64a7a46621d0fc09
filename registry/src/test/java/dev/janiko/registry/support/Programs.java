package dev.janiko.registry.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Runs other tools that read what we wrote. */
public final class Programs {
  private Programs() {}

  /** What the program printed; it must succeed. */
  public static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("%s: %s", List.of(command), out).isZero();
    return out;
  }
}
