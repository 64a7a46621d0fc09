package dev.janiko.cli.parity;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The product in one of its sandboxes.
 *
 * @param environment the variables the command needs
 * @param command the command with the arguments that come first
 */
record Janiko(Map<String, String> environment, List<String> command) {

  /** The distribution as root, with a store of its own. */
  static Janiko namespace(Path store) {
    return new Janiko(
        Map.of("JANIKO_STORE", store.toString()),
        List.of(
            Parts.distribution().resolve("bin/janiko").toString(),
            "build",
            "--isolation",
            "namespace"));
  }

  /**
   * The executor image in a default container that sees the machine's network.
   *
   * @param options further options of {@code docker run}
   */
  static Janiko inplace(Engine engine, String image, String... options) {
    List<String> arguments = new ArrayList<>(List.of("run", "--rm", "--network", "host"));
    arguments.addAll(List.of(options));
    arguments.add(image);
    return new Janiko(engine.environment(), engine.command(arguments));
  }

  /** The whole command line. */
  List<String> with(List<String> arguments) {
    List<String> line = new ArrayList<>(command);
    line.addAll(arguments);
    return List.copyOf(line);
  }
}
