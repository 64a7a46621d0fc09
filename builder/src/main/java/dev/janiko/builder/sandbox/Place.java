package dev.janiko.builder.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What can be told of where this program runs. */
final class Place {
  private static final List<String> MARKS =
      List.of(
          "/.dockerenv",
          "/run/.containerenv",
          "/run/systemd/container",
          "/__runsc_containers__",
          "/var/run/secrets/kubernetes.io/serviceaccount");
  private static final Pattern CONTAINER_GROUP =
      Pattern.compile("docker|kubepods|containerd|libpod|crio|garden|lxc|/ecs/|buildkit");
  private static final int MOST_BYTES = 1 << 20;

  private final Path root;
  private final Map<String, String> environment;

  /**
   * Looks at a file tree and environment, as if they were the machine's.
   *
   * @param root where it is looked for the marks of containers
   */
  Place(Path root, Map<String, String> environment) {
    this.root = root;
    this.environment = Map.copyOf(environment);
  }

  /** The place this program runs in. */
  static Place here() {
    return new Place(Path.of("/"), System.getenv());
  }

  /** What shows that this is a container; empty if nothing does. */
  Optional<String> containerMark() {
    for (String mark : MARKS) {
      if (Files.exists(under(mark))) {
        return Optional.of(mark);
      }
    }
    if (!environment.getOrDefault("container", "").isEmpty()) {
      return Optional.of("the environment variable container");
    }
    if (anyLine("/proc/self/cgroup", line -> CONTAINER_GROUP.matcher(line).find())) {
      return Optional.of("/proc/self/cgroup");
    }
    if (Files.exists(under("/proc/vz")) && !Files.exists(under("/proc/bc"))) {
      return Optional.of("/proc/vz");
    }
    if (anyLine("/proc/version_signature", line -> line.contains("gVisor"))) {
      return Optional.of("/proc/version_signature");
    }
    if (anyLine("/proc/self/mounts", line -> line.matches("\\S+ / (overlay|aufs) .*"))) {
      return Optional.of("the root file system, an overlay");
    }
    return Optional.empty();
  }

  /** Whether the root directory holds somebody's programs, unlike the executor image's. */
  boolean isSomebodys() {
    return Files.exists(under("/bin/sh")) || Files.exists(under("/usr/bin"));
  }

  private Path under(String absolute) {
    return root.resolve(absolute.substring(1));
  }

  private boolean anyLine(String file, Predicate<String> wanted) {
    Path path = under(file);
    if (!Files.isReadable(path)) {
      return false;
    }
    try (var input = Files.newInputStream(path)) {
      byte[] bytes = input.readNBytes(MOST_BYTES);
      return new String(bytes, StandardCharsets.ISO_8859_1).lines().anyMatch(wanted);
    } catch (IOException e) {
      return false;
    }
  }
}
