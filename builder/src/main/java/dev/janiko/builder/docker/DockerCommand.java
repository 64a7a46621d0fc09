package dev.janiko.builder.docker;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Docker's command on this machine.
 *
 * @param program its file
 */
record DockerCommand(Path program) {
  private static final Pattern VERSION = Pattern.compile("Docker version (\\d+)\\..*");

  /** The first major version that drives BuildKit by its plug-in buildx alone. */
  private static final int BUILDX_ONLY = 23;

  /** The command, if it is here and can drive BuildKit. */
  static Optional<DockerCommand> find(Map<String, String> environment) {
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path program = Path.of(folder, "docker");
      if (!folder.isEmpty() && Files.isExecutable(program)) {
        return Optional.of(new DockerCommand(program)).filter(DockerCommand::drivesBuildKit);
      }
    }
    return Optional.empty();
  }

  private boolean drivesBuildKit() {
    Matcher version = VERSION.matcher(output("--version").orElse("").strip());
    boolean known = version.matches();
    return known
        && (Integer.parseInt(version.group(1)) < BUILDX_ONLY
            || output("buildx", "version").isPresent());
  }

  /** What the command says; empty if it fails. */
  private Optional<String> output(String... arguments) {
    try {
      List<String> command = new ArrayList<>(List.of(program.toString()));
      command.addAll(List.of(arguments));
      Process process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .redirectInput(Path.of("/dev/null").toFile())
              .start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? Optional.of(text) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // a command that does not run is as good as none
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** The variables that lead the command to an engine. */
  Map<String, String> variables(EngineAddress address) {
    Map<String, String> variables = new HashMap<>();
    variables.put("DOCKER_HOST", address.toString());
    if (address instanceof EngineAddress.Tcp tcp && tcp.tls().isPresent()) {
      EngineTls tls = tcp.tls().get();
      variables.put(tls.verify() ? "DOCKER_TLS_VERIFY" : "DOCKER_TLS", "1");
      tls.folder().ifPresent(folder -> variables.put("DOCKER_CERT_PATH", folder.toString()));
    }
    return variables;
  }
}
