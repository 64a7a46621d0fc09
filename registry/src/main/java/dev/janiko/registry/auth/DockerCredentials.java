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
 * The credentials of configuration files in Docker's form. They are looked for in this order: the
 * file that was named by hand, {@code $DOCKER_AUTH_CONFIG} (the JSON itself), {@code
 * $DOCKER_CONFIG/config.json}, {@code $KANIKO_DIR/.docker/config.json}, {@code
 * /kaniko/.docker/config.json}, {@code ~/.docker/config.json}, {@code $REGISTRY_AUTH_FILE}, {@code
 * $XDG_RUNTIME_DIR/containers/auth.json}. The first that knows the registry decides.
 *
 * <p>Files are read when the first credential is asked for, and once.
 */
public final class DockerCredentials implements CredentialStore {
  private static final String INLINE = "DOCKER_AUTH_CONFIG";
  private static final Path KANIKO = Path.of("/kaniko/.docker/config.json");

  private final Map<String, String> environment;
  private final Optional<Path> named;
  private final CredentialHelpers helpers;
  private @Nullable List<DockerConfig> configs;

  private DockerCredentials(Map<String, String> environment, Optional<Path> named) {
    this.environment = Map.copyOf(environment);
    this.named = requireNonNull(named, "named is null");
    this.helpers = new CredentialHelpers(this.environment);
  }

  /** The credentials as the environment leads to them. */
  public static DockerCredentials of(Map<String, String> environment) {
    return of(environment, Optional.empty());
  }

  /**
   * The credentials as the environment leads to them.
   *
   * @param file a file that is looked into first, and must exist
   */
  public static DockerCredentials of(Map<String, String> environment, Optional<Path> file) {
    return new DockerCredentials(requireNonNull(environment, "environment is null"), file);
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

  @Override
  public String searched(String registry) {
    try {
      List<String> read = configs().stream().map(DockerConfig::source).toList();
      return read.isEmpty()
          ? "there is none of " + String.join(", ", files().stream().map(Path::toString).toList())
          : "looked in " + String.join(", ", read);
    } catch (RegistryException e) {
      return "";
    }
  }

  private synchronized List<DockerConfig> configs() throws RegistryException {
    if (configs == null) {
      List<DockerConfig> all = new ArrayList<>();
      if (named.isPresent()) {
        all.add(DockerConfig.parse(mandatory(named.get()), named.get().toString()));
      }
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
    under("DOCKER_CONFIG", "config.json").ifPresent(files::add);
    under("KANIKO_DIR", ".docker/config.json").ifPresent(files::add);
    files.add(KANIKO);
    under("HOME", ".docker/config.json").ifPresent(files::add);
    under("REGISTRY_AUTH_FILE", "").ifPresent(files::add);
    under("XDG_RUNTIME_DIR", "containers/auth.json").ifPresent(files::add);
    return files;
  }

  private Optional<Path> under(String variable, String rest) {
    String value = environment.getOrDefault(variable, "");
    return value.isEmpty() ? Optional.empty() : Optional.of(Path.of(value).resolve(rest));
  }

  private static byte[] mandatory(Path file) throws RegistryException {
    return read(file)
        .orElseThrow(() ->
            RegistryException.of(
                    RegistryException.Kind.CREDENTIALS, "there is no credentials file " + file)
                .hint("make it with janiko login, or name another one")
                .build());
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
