package dev.janiko.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes the AOT cache by a rehearsal of the product in its finished folder. */
final class AotTraining {
  private AotTraining() {}

  /** Runs the rehearsal. A cache that was not written is this build's failure. */
  static void train(Path home, List<String> command) throws IOException, InterruptedException {
    String output =
        Distribution.run(
            command.stream()
                .map(argument -> argument.replace(ElfLauncher.HOME, home.toString()))
                .toList());
    if (!Files.exists(home.resolve("lib/janiko.aot"))) {
      throw new IOException("the rehearsal wrote no AOT cache:\n" + output);
    }
  }
}
