package dev.janiko.builder.sandbox;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Credentials;
import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One command to run in a stage.
 *
 * @param arguments the executable, looked up in the PATH of the environment if it has no slash, and
 *     its arguments
 * @param environment entries {@code NAME=value}; nothing else is in the command's environment
 * @param directory the working directory, which must exist
 * @param user who it runs as
 * @param network what it can reach
 * @param extraHosts further lines of its /etc/hosts
 * @param mounts what it finds in the root beside the stage's files
 * @param script a file to have at {@code /dev/pipes} while it runs
 */
public record Command(
    List<String> arguments,
    List<String> environment,
    UnixPath directory,
    Credentials user,
    Network network,
    List<HostEntry> extraHosts,
    List<StepMount> mounts,
    Optional<Script> script) {

  /** What a command can reach. */
  public enum Network {
    /** What the build can. */
    HOST,
    /** Nothing but itself. */
    NONE
  }

  /** A name and its address, as given. */
  public record HostEntry(String host, String address) {
    /** Refuses what would break the file's lines. */
    public HostEntry {
      if ((host + address).chars().anyMatch(Character::isWhitespace)
          || host.isEmpty()
          || address.isEmpty()) {
        throw new IllegalArgumentException("not a host entry: " + host + ":" + address);
      }
    }
  }

  /**
   * A file that can be executed, and is there only while the command runs.
   *
   * @param name its name in {@code /dev/pipes}
   * @param text what it holds, as UTF-8
   */
  public record Script(String name, String text) {
    static final String FOLDER = "pipes";
    static final int MODE = 0755;

    /** Refuses what is no name of a file. */
    public Script {
      requireNonNull(text, "text is null");
      if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
        throw new IllegalArgumentException("a script cannot be named " + name);
      }
    }

    /** Where the command finds it. */
    public String path() {
      return pathIn(Path.of("/dev"));
    }

    private String pathIn(Path folder) {
      return folder + "/" + FOLDER + "/" + name;
    }

    /** Writes it into a folder that {@link #FOLDER} stands for. */
    void writeTo(Dir folder) throws IOException {
      String raw = UnixPath.of(name).raw();
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      try (OpenFile file = folder.createFile(raw, MODE)) {
        file.write(bytes, 0, bytes.length, 0);
        file.chmod(MODE);
      }
    }
  }

  /** Copies the lists. */
  public Command {
    arguments = List.copyOf(arguments);
    environment = List.copyOf(environment);
    extraHosts = List.copyOf(extraHosts);
    mounts = List.copyOf(mounts);
    requireNonNull(directory, "directory is null");
    requireNonNull(user, "user is null");
    requireNonNull(network, "network is null");
    if (arguments.isEmpty()) {
      throw new IllegalArgumentException("arguments are required");
    }
  }

  /** A command of root in the root directory, with the build's network. */
  public static Command of(List<String> arguments, List<String> environment) {
    return new Command(
        arguments,
        environment,
        UnixPath.of("/"),
        Credentials.ROOT,
        Network.HOST,
        List.of(),
        List.of(),
        Optional.empty());
  }

  /** The same by another user. */
  public Command as(Credentials other) {
    return new Command(
        arguments, environment, directory, other, network, extraHosts, mounts, script);
  }

  /** The same in another directory. */
  public Command in(UnixPath other) {
    return new Command(arguments, environment, other, user, network, extraHosts, mounts, script);
  }

  /** The same with another network. */
  public Command with(Network other) {
    return new Command(arguments, environment, directory, user, other, extraHosts, mounts, script);
  }

  /** The same with further entries in /etc/hosts. */
  public Command withHosts(List<HostEntry> hosts) {
    return new Command(arguments, environment, directory, user, network, hosts, mounts, script);
  }

  /** The same with mounts. */
  public Command withMounts(List<StepMount> others) {
    return new Command(
        arguments, environment, directory, user, network, extraHosts, others, script);
  }

  /** The same with a script. */
  public Command with(Script other) {
    return new Command(
        arguments, environment, directory, user, network, extraHosts, mounts, Optional.of(other));
  }

  /**
   * The same with another place for its script.
   *
   * @param folder an absolute path, in place of /dev
   */
  Command withScriptIn(Path folder) {
    String known = script.orElseThrow().path();
    String path = script.orElseThrow().pathIn(folder);
    return new Command(
        arguments.stream().map(argument -> argument.equals(known) ? path : argument).toList(),
        environment,
        directory,
        user,
        network,
        extraHosts,
        mounts,
        script);
  }
}
