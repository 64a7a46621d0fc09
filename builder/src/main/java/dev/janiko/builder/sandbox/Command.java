package dev.janiko.builder.sandbox;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Credentials;
import dev.janiko.builder.linux.UnixPath;
import java.util.List;

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
 */
public record Command(
    List<String> arguments,
    List<String> environment,
    UnixPath directory,
    Credentials user,
    Network network,
    List<HostEntry> extraHosts,
    List<StepMount> mounts) {

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
        List.of());
  }

  /** The same by another user. */
  public Command as(Credentials other) {
    return new Command(arguments, environment, directory, other, network, extraHosts, mounts);
  }

  /** The same in another directory. */
  public Command in(UnixPath other) {
    return new Command(arguments, environment, other, user, network, extraHosts, mounts);
  }

  /** The same with another network. */
  public Command with(Network other) {
    return new Command(arguments, environment, directory, user, other, extraHosts, mounts);
  }

  /** The same with further entries in /etc/hosts. */
  public Command withHosts(List<HostEntry> hosts) {
    return new Command(arguments, environment, directory, user, network, hosts, mounts);
  }

  /** The same with mounts. */
  public Command withMounts(List<StepMount> others) {
    return new Command(arguments, environment, directory, user, network, extraHosts, others);
  }
}
