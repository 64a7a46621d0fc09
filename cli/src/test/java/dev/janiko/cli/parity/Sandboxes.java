package dev.janiko.cli.parity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Builds a context in one sandbox or the other, each build with nothing local. */
final class Sandboxes {
  /** Stands in options for the folder that a build writes to. */
  static final String OUT = "OUT";

  private final Path work;
  private final Shell shell;
  private final Engine engine;
  private final String executor;

  /** Keeps everything in a folder, which {@link #clear} makes removable. */
  Sandboxes(Path work, Parts parts) {
    this.work = work;
    this.shell = new Shell(work);
    this.engine = new Engine(parts, shell);
    this.executor = engine.load(Parts.executorArchive());
  }

  /** A build that ended, and the folder that it could write to. */
  record Built(Shell.Result result, Path out) {
    Built good() {
      result.good();
      return this;
    }

    String digest() throws IOException {
      return Files.readString(out.resolve("digest"));
    }

    FlatImage image(Path work) throws IOException {
      return FlatImage.ofDockerArchive(out.resolve("image.tar"), work);
    }
  }

  Built namespace(Path context, Map<String, String> variables, List<String> options)
      throws IOException {
    Path folder = Files.createTempDirectory(work, "namespace");
    Janiko janiko = Janiko.namespace(folder.resolve("store"));
    Map<String, String> environment = new HashMap<>(janiko.environment());
    environment.putAll(variables);
    List<String> arguments = new ArrayList<>(List.of(context.toString(), "--no-push"));
    options.forEach(option -> arguments.add(option.replace(OUT, folder.toString())));
    return new Built(shell.run(environment, janiko.with(arguments)), folder);
  }

  Built inplace(Path context, Map<String, String> variables, List<String> options)
      throws IOException {
    Path folder = Files.createTempDirectory(work, "inplace");
    List<String> container =
        new ArrayList<>(List.of("-v", context + ":/workspace", "-v", folder + ":/test-out"));
    variables.forEach((name, value) -> container.addAll(List.of("--env", name + "=" + value)));
    Janiko janiko = Janiko.inplace(engine, executor, container.toArray(String[]::new));
    List<String> arguments = new ArrayList<>(List.of("--context", "/workspace", "--no-push"));
    options.forEach(option -> arguments.add(option.replace(OUT, "/test-out")));
    return new Built(shell.run(janiko.environment(), janiko.with(arguments)), folder);
  }

  /** Stores hold links to anywhere, and names that are no text. */
  void clear() {
    shell
        .run(
            "sh",
            "-c",
            "cd \"$0\" && rm -rf --one-file-system namespace* inplace* store*",
            work.toString())
        .good();
  }
}
