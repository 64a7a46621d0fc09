package dev.janiko.cli.parity;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The Docker engine. Safe for concurrent use. */
final class Engine {
  private final Shell shell;
  private final String program;
  private final Map<String, String> environment;

  /** The engine of the real parts. */
  Engine(Parts parts, Shell shell) {
    this.shell = shell;
    this.program = parts.get("docker.cli");
    this.environment =
        Map.of(
            "DOCKER_HOST", parts.get("docker.host"), "DOCKER_CONFIG", parts.get("docker.config"));
  }

  /** Runs a command of the engine. */
  Shell.Result run(String... arguments) {
    return shell.run(environment, command(List.of(arguments)));
  }

  /** A command line for the engine; its variables are {@link #environment()}. */
  List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(arguments);
    return List.copyOf(command);
  }

  /** The variables the engine's command needs. */
  Map<String, String> environment() {
    return environment;
  }

  /** Builds a case under a name, with the builder that is right about it. */
  void build(Case input, String registry, String image) {
    Map<String, String> variables = new java.util.HashMap<>(environment);
    variables.put("DOCKER_BUILDKIT", input.classic() ? "0" : "1");
    List<String> arguments =
        new ArrayList<>(List.of("build", "--network", "none", "--no-cache", "-t", image));
    arguments.addAll(input.options(registry));
    arguments.addAll(input.secrets(input.folder()));
    input.twin().ifPresent(twin -> arguments.addAll(List.of("--file", twin.toString())));
    arguments.add(input.folder().toString());
    shell.run(variables, command(arguments)).good();
  }

  /** Loads a docker archive and returns the name of its image. */
  String load(Path archive) {
    String output = run("load", "--input", archive.toString()).good().output();
    String before = "Loaded image: ";
    return output.substring(output.indexOf(before) + before.length()).strip();
  }
}
