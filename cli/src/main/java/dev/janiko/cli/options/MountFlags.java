package dev.janiko.cli.options;

import dev.janiko.cli.invocation.UsageException;
import dev.janiko.cli.options.BuildOptions.Mounts;
import dev.janiko.cli.options.BuildOptions.SecretSource;
import dev.janiko.dockerfile.text.Csv;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that give {@code RUN --mount} what it mounts. Docker's spellings, and Kaniko's. */
final class MountFlags {
  private static final String AGENT_VARIABLE = "SSH_AUTH_SOCK";
  private static final String DEFAULT_AGENT = "default";

  @Option(
      names = "--secret",
      paramLabel = "id=ID[,src=FILE|,env=NAME]",
      description =
          "A secret for RUN --mount=type=secret, or for ADD by the names GIT_AUTH_TOKEN and"
              + " HTTP_AUTH_TOKEN_<host>: a file, or a variable of the environment. Repeatable.")
  List<String> secrets = new ArrayList<>();

  @Option(
      names = "--ssh",
      paramLabel = "default|ID[=SOCKET]",
      description =
          "An SSH agent for RUN --mount=type=ssh, and the default one for ADD of repositories over"
              + " ssh; the one of $SSH_AUTH_SOCK if no socket is given. Repeatable.")
  List<String> agents = new ArrayList<>();

  @Option(
      names = "--cache-mounts-dir",
      paramLabel = "DIR",
      description =
          "Where the caches of RUN --mount=type=cache are kept; in the local store if not given.")
  @Nullable Path caches;

  @Option(
      names = "--allow",
      paramLabel = "network.host",
      description = "RUN --network=host is allowed anyway; nothing more can be. Repeatable.")
  List<String> allowed = new ArrayList<>();

  /**
   * Returns what the flags ask for.
   *
   * @param environment the process's
   * @throws UsageException if that cannot be done
   */
  Mounts assemble(Map<String, String> environment) {
    for (String entitlement : allowed) {
      if (!entitlement.equals("network.host")) {
        throw new UsageException(
            "--allow " + entitlement + " is not supported: RUN gets no more rights than usual");
      }
    }
    Map<String, SecretSource> secretSources = new LinkedHashMap<>();
    secrets.forEach(text -> addSecret(text, environment, secretSources));
    Map<String, Path> sockets = new LinkedHashMap<>();
    agents.forEach(text -> addAgent(text, environment, sockets));
    return new Mounts(Optional.ofNullable(caches), secretSources, sockets);
  }

  private static void addSecret(
      String text, Map<String, String> environment, Map<String, SecretSource> secrets) {
    String id = "";
    String type = "";
    String file = "";
    String variable = "";
    for (String field : fields(text)) {
      int equals = field.indexOf('=');
      String value = field.substring(equals + 1);
      switch (equals < 0 ? "" : field.substring(0, equals).toLowerCase(Locale.ROOT)) {
        case "id" -> id = value;
        case "type" -> type = value;
        case "src", "source" -> file = value;
        case "env" -> variable = value;
        default ->
            throw new UsageException(
                "--secret takes id=ID with src=FILE or env=NAME, not " + beforeValue(field));
      }
    }
    if (id.isEmpty()) {
      throw new UsageException("--secret needs an id: id=ID,src=FILE or id=ID,env=NAME");
    }
    if (!List.of("", "file", "env").contains(type)) {
      throw new UsageException("--secret has the types file and env, not " + type);
    }
    if (type.equals("env") && variable.isEmpty()) {
      variable = file;
      file = "";
    }
    if (variable.isEmpty() && file.isEmpty()) {
      boolean isVariable = !type.equals("file") && environment.containsKey(id);
      variable = isVariable || type.equals("env") ? id : "";
      file = variable.isEmpty() ? id : "";
    }
    secrets.put(
        id,
        variable.isEmpty()
            ? new SecretSource.File(path("--secret", file))
            : new SecretSource.Variable(variable));
  }

  private static List<String> fields(String text) {
    try {
      return Csv.fields(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--secret cannot be read: " + e.getMessage());
    }
  }

  /** What follows may be the secret itself. */
  private static String beforeValue(String field) {
    int equals = field.indexOf('=');
    return equals < 0 ? "a field without =" : field.substring(0, equals) + "=";
  }

  private static void addAgent(
      String text, Map<String, String> environment, Map<String, Path> agents) {
    int equals = text.indexOf('=');
    String id = equals < 0 ? text : text.substring(0, equals);
    if (id.isEmpty()) {
      id = DEFAULT_AGENT;
    }
    String socket =
        equals < 0 ? environment.getOrDefault(AGENT_VARIABLE, "") : text.substring(equals + 1);
    if (socket.isEmpty()) {
      throw new UsageException(
          "--ssh " + id + " finds no agent: $SSH_AUTH_SOCK is not set, and no socket is given");
    }
    if (socket.indexOf(',') >= 0) {
      throw new UsageException(
          "--ssh " + id + " takes one agent's socket; add keys to an agent with ssh-add");
    }
    agents.put(id, path("--ssh", socket));
  }

  private static Path path(String flag, String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new UsageException(flag + " is given no path: " + e.getReason());
    }
  }
}
