package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.UserIds;
import dev.janiko.builder.linux.UserIds.Range;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The users and groups that the machine lets an ordinary user have (subuid(5), subgid(5)). */
final class SubordinateIds {
  private SubordinateIds() {}

  /**
   * Those of a user, who is root among them.
   *
   * @param etc the folder of the machine's files, {@code /etc} but in tests
   * @throws IOException if there are none, with the reason
   */
  static UserIds of(Path etc, long uid, long gid) throws IOException {
    Set<String> names = Set.of(name(etc.resolve("passwd"), uid), Long.toString(uid));
    return new UserIds(
        ranges(etc.resolve("subuid"), names, uid), ranges(etc.resolve("subgid"), names, gid));
  }

  private static List<Range> ranges(Path file, Set<String> names, long own) throws IOException {
    List<Range> ranges = new ArrayList<>(List.of(new Range(0, own, 1)));
    long next = 1;
    for (String line : lines(file)) {
      String[] fields = line.strip().split(":", -1);
      if (fields.length == 3 && names.contains(fields[0])) {
        long count = number(fields[2]);
        ranges.add(new Range(next, number(fields[1]), count));
        next += count;
      }
    }
    if (ranges.size() == 1) {
      throw new IOException(file + " has no line for this user");
    }
    return ranges;
  }

  private static long number(String text) throws IOException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException("not a number: " + text, e);
    }
  }

  private static List<String> lines(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException(file + " cannot be read");
    }
    return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
  }

  private static String name(Path passwd, long uid) throws IOException {
    if (Files.isReadable(passwd)) {
      for (String line : lines(passwd)) {
        String[] fields = line.split(":", -1);
        if (fields.length > 2 && fields[2].equals(Long.toString(uid))) {
          return fields[0];
        }
      }
    }
    // A directory service may know it.
    return System.getProperty("user.name", "");
  }
}
