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

  /**
   * The executor image under what Kubernetes' {@code restricted} standard allows: an ordinary user,
   * no capabilities, no new privileges, the engine's default filter of system calls.
   *
   * <p>Docker forgets the mode of an image's root directory, which other engines keep; it is given
   * to the container before that starts.
   *
   * @param user user and group, numbers
   * @param options further options of {@code docker create}
   */
  static Janiko restricted(Engine engine, String image, String user, String... options) {
    String docker = engine.command(List.of()).getFirst();
    String create =
        """
        id=$("$0" create --network host --cap-drop ALL --security-opt no-new-privileges "$@") &&
        chmod 1777 "$("$0" inspect --format '{{.GraphDriver.Data.UpperDir}}' "$id")" || exit 125
        "$0" start --attach "$id"
        code=$?
        "$0" rm --force "$id" >/dev/null
        exit $code
        """;
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", create, docker));
    command.addAll(List.of("--user", user));
    command.addAll(List.of(options));
    command.add(image);
    return new Janiko(engine.environment(), command);
  }
}
