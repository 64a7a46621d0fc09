package dev.janiko.builder.linux;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What is to run: where the executable may be, and its arguments and environment, as bytes.
 *
 * @param candidates paths tried in turn; the first that may be executed is
 * @param arguments with the name it is called by first; no NUL in them
 * @param environment entries {@code NAME=value}, complete: nothing is inherited
 * @param directory the working directory, a path in the program's root
 */
public record Program(
    List<UnixPath> candidates,
    List<byte[]> arguments,
    List<byte[]> environment,
    UnixPath directory) {

  /** Checks that it can be passed to execve(2) at all. */
  public Program {
    candidates = List.copyOf(candidates);
    arguments = List.copyOf(arguments);
    environment = List.copyOf(environment);
    requireNonNull(directory, "directory is null");
    if (arguments.isEmpty()) {
      throw new IllegalArgumentException("no arguments, not even a name");
    }
    arguments.forEach(Program::refuseNul);
    environment.forEach(Program::refuseNul);
  }

  /** A program from text, encoded as UTF-8, run from the root directory. */
  public static Program of(String executable, List<String> arguments, List<String> environment) {
    return new Program(
        List.of(UnixPath.of(executable)), utf8(arguments), utf8(environment), UnixPath.of("/"));
  }

  /** Texts as bytes. */
  public static List<byte[]> utf8(List<String> texts) {
    return texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }

  private static void refuseNul(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        throw new IllegalArgumentException("a NUL byte in an argument or environment entry");
      }
    }
  }
}
