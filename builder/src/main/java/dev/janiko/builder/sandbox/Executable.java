package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.ExitStatus;
import dev.janiko.builder.linux.ExitStatus.Exited;
import dev.janiko.builder.linux.Launch;
import dev.janiko.builder.linux.UnixPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Where a command's executable is looked for, and docker's words when there is none. */
final class Executable {
  private static final int NOT_FOUND = 127;
  private static final int NOT_EXECUTABLE = 126;
  private static final int NOT_A_PROGRAM = 255;
  private static final String PATH = "PATH=";

  /** The errors that occur here, as Go spells them. */
  private static final Map<Errno, String> TEXTS =
      Map.of(
          Errno.ENOENT,
          "no such file or directory",
          Errno.ENOTDIR,
          "not a directory",
          Errno.EACCES,
          "permission denied",
          Errno.EISDIR,
          "is a directory",
          Errno.ENOEXEC,
          "exec format error",
          Errno.ELOOP,
          "too many levels of symbolic links",
          Errno.EPERM,
          "operation not permitted",
          new Errno(7),
          "argument list too long");

  private Executable() {}

  /** The paths to try, in order. */
  static List<UnixPath> candidates(Command command) {
    String name = command.arguments().getFirst();
    if (name.indexOf('/') >= 0) {
      return List.of(UnixPath.of(name));
    }
    List<UnixPath> paths = new ArrayList<>();
    if (!name.isEmpty()) {
      for (String directory : searchPath(command).split(":", -1)) {
        paths.add(UnixPath.of(directory.isEmpty() ? "./" + name : directory + "/" + name));
      }
    }
    return paths;
  }

  private static String searchPath(Command command) {
    return command.environment().stream()
        .filter(entry -> entry.startsWith(PATH))
        .reduce((first, second) -> second)
        .map(entry -> entry.substring(PATH.length()))
        .orElse("");
  }

  /** Tells the sink why nothing could be executed, and answers the code docker ends with. */
  static ExitStatus refuse(Command command, Launch.Failure failure, OutputSink sink) {
    String name = command.arguments().getFirst();
    Errno errno = failure.errno();
    String text = TEXTS.getOrDefault(errno, errno.text());
    if (failure.phase() == Launch.Phase.EXECUTION) {
      return say(sink, "exec " + name + ": " + text, NOT_A_PROGRAM);
    }
    if (name.indexOf('/') < 0) {
      String message = "exec: " + quoted(name) + ": executable file not found in $PATH";
      return say(sink, message, NOT_FOUND);
    }
    boolean missing = errno.equals(Errno.ENOENT) || errno.equals(Errno.ENOTDIR);
    return missing
        ? say(sink, "exec: " + quoted(name) + ": stat " + name + ": " + text, NOT_FOUND)
        : say(sink, "exec: " + quoted(name) + ": " + text, NOT_EXECUTABLE);
  }

  private static String quoted(String name) {
    return "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static ExitStatus say(OutputSink sink, String message, int code) {
    sink.line(message.getBytes(StandardCharsets.UTF_8));
    return new Exited(code);
  }
}
