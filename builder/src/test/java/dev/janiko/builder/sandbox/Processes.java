package dev.janiko.builder.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The machine's processes, for tests. */
final class Processes {
  private Processes() {}

  /** The processes that were started with a certain argument. */
  static List<String> withArgument(String argument) throws IOException {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        try {
          String line = Files.readString(process.resolve("cmdline"));
          if (List.of(line.split("\0", -1)).contains(argument)) {
            found.add(process + " " + line);
          }
        } catch (IOException ignored) {
          // It ended meanwhile.
        }
      }
    }
    return found;
  }
}
