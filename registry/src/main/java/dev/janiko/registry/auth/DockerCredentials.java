package dev.janiko.registry.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.janiko.registry.RegistryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of Docker's configuration, in this order: {@code $DOCKER_AUTH_CONFIG} (the JSON
 * itself), {@code $DOCKER_CONFIG/config.json}, {@code /kaniko/.docker/config.json}, {@code
 * ~/.docker/config.json}. The first that knows the registry decides.
 *
 * <p>Files are read when the first credential is asked for, and once.
 */
public final class DockerCredentials implements CredentialStore {
  private static final String INLINE = "DOCKER_AUTH_CONFIG";
  private static final Path KANIKO = Path.of("/kaniko/.docker/config.json");

  private final Map<String, String> environment;
  private final CredentialHelpers helpers;
  private @Nullable List<DockerConfig> configs;

  private DockerCredentials(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
    this.helpers = new CredentialHelpers(this.environment);
  }

  /** The credentials as the environment leads to them. */
  public static DockerCredentials of(Map<String, String> environment) {
    return new DockerCredentials(requireNonNull(environment, "environment is null"));
  }

  @Override
  public Optional<Found> find(String registry, String repository) throws RegistryException {
    for (DockerConfig config : configs()) {
      Optional<Found> found = config.find(registry, repository, helpers);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private synchronized List<DockerConfig> configs() throws RegistryException {
    if (configs == null) {
      List<DockerConfig> all = new ArrayList<>();
      String inline = environment.getOrDefault(INLINE, "");
      if (!inline.isBlank()) {
        all.add(DockerConfig.parse(inline.getBytes(UTF_8), "$" + INLINE));
      }
      for (Path file : files()) {
        Optional<byte[]> bytes = read(file);
        if (bytes.isPresent()) {
          all.add(DockerConfig.parse(bytes.get(), file.toString()));
        }
      }
      configs = List.copyOf(all);
    }
    return configs;
  }

  private SequencedSet<Path> files() {
    SequencedSet<Path> files = new LinkedHashSet<>();
    String folder = environment.getOrDefault("DOCKER_CONFIG", "");
    if (!folder.isEmpty()) {
      files.add(Path.of(folder, "config.json"));
    }
    files.add(KANIKO);
    String home = environment.getOrDefault("HOME", "");
    if (!home.isEmpty()) {
      files.add(Path.of(home, ".docker", "config.json"));
    }
    return files;
  }

  private static Optional<byte[]> read(Path file) throws RegistryException {
    try {
      return Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    } catch (IOException e) {
      if (Files.notExists(file)) {
        return Optional.empty();
      }
      throw RegistryException.of(
              RegistryException.Kind.CREDENTIALS, "cannot read credentials from " + file)
          .hint("make the file readable, or set DOCKER_CONFIG to another folder")
          .cause(e)
          .build();
    }
  }
}
