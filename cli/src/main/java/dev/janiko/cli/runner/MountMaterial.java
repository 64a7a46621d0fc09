package dev.janiko.cli.runner;

import dev.janiko.builder.sandbox.SecretValue;
import dev.janiko.builder.step.MountResources;
import dev.janiko.cli.options.BuildOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what a command line gives to mounts, before anything is built. */
final class MountMaterial {
  private static final int MOST_BYTES = 500 << 10;
  private static final int TYPE = 0170000;
  private static final int SOCKET = 0140000;

  private final Map<String, String> environment;

  MountMaterial(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * Reads secrets and looks for agents.
   *
   * @throws IllegalArgumentException if one is not there
   */
  MountResources read(BuildOptions.Mounts mounts) {
    Map<String, SecretValue> secrets = new LinkedHashMap<>();
    mounts
        .secrets()
        .forEach((id, source) ->
            secrets.put(
                id,
                switch (source) {
                  case BuildOptions.SecretSource.File file -> ofFile(id, file.path());
                  case BuildOptions.SecretSource.Variable variable ->
                      SecretValue.of(environment.getOrDefault(variable.name(), ""));
                }));
    Map<String, Path> agents = new LinkedHashMap<>();
    mounts.agents().forEach((id, socket) -> agents.put(id, requireSocket(id, socket)));
    return new MountResources(
        mounts.caches().map(Path::toAbsolutePath),
        secrets,
        agents,
        agents.isEmpty() ? "" : knownHosts());
  }

  /** Read now, as in a container whose root is used up for the build they move aside. */
  private String knownHosts() {
    Path home = Path.of(environment.getOrDefault("HOME", "/root"), ".ssh");
    StringBuilder lines = new StringBuilder();
    for (Path file :
        List.of(
            home.resolve("known_hosts"),
            home.resolve("known_hosts2"),
            Path.of("/etc/ssh/ssh_known_hosts"))) {
      try {
        lines.append(Files.readString(file)).append('\n');
      } catch (IOException expected) {
        // A host that none of them knows is told when it is asked for.
      }
    }
    return lines.toString();
  }

  private static SecretValue ofFile(String id, Path file) {
    byte[] bytes;
    try (InputStream input = Files.newInputStream(file)) {
      bytes = input.readNBytes(MOST_BYTES + 1);
    } catch (IOException e) {
      String reason =
          e instanceof NoSuchFileException ? "no such file" : e.getClass().getSimpleName();
      throw new IllegalArgumentException(
          "the secret " + id + " cannot be read from " + file + ": " + reason, e);
    }
    if (bytes.length > MOST_BYTES) {
      throw new IllegalArgumentException("the secret " + id + " is larger than 500 KiB");
    }
    return SecretValue.of(bytes);
  }

  private static Path requireSocket(String id, Path path) {
    int mode;
    try {
      mode = (int) Files.getAttribute(path, "unix:mode");
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the SSH agent " + id + " is not at " + path + ": there is nothing to be read", e);
    }
    if ((mode & TYPE) != SOCKET) {
      throw new IllegalArgumentException(
          path
              + " is no socket of an SSH agent; keys are not read: start an ssh-agent, add the key"
              + " with ssh-add, and give --ssh "
              + id
              + "=$SSH_AUTH_SOCK");
    }
    return path.toAbsolutePath();
  }
}
