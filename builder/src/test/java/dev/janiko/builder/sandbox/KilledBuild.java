package dev.janiko.builder.sandbox;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A build that a test kills: it runs a step that never ends. */
final class KilledBuild {
  private KilledBuild() {}

  /**
   * Runs it.
   *
   * @param args the unpacked layer, the sandbox's folder, and how long the step sleeps
   */
  public static void main(String[] args) throws Exception {
    BuildThread.call(() -> {
      try (NamespaceSandbox sandbox = NamespaceSandbox.open(Path.of(args[1]));
          StageRoot root = sandbox.openStage("killed", List.of(Path.of(args[0])))) {
        return root.run(
            Busybox.shell("echo running; setsid sleep " + args[2] + " & sleep " + args[2]),
            line -> System.out.println(new String(line, StandardCharsets.UTF_8)));
      }
    });
  }
}
