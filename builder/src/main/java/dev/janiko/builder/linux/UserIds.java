package dev.janiko.builder.linux;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which users and groups there are in a user namespace (user_namespaces(7)).
 *
 * @param users ranges of users
 * @param groups ranges of groups
 */
public record UserIds(List<Range> users, List<Range> groups) {
  /** All that images name: up to {@code nobody}. */
  private static final long USUAL = 65_535;

  private static final long ALL = 0xffff_ffffL;

  /** Copies the lists. */
  public UserIds {
    users = List.copyOf(users);
    groups = List.copyOf(groups);
  }

  /**
   * Successive numbers.
   *
   * @param inside the first in the namespace
   * @param outside the first in the one around it
   * @param count how many
   */
  public record Range(long inside, long outside, long count) {}

  /** One user and group, which are root inside. */
  public static UserIds single(long uid, long gid) {
    return new UserIds(List.of(new Range(0, uid, 1)), List.of(new Range(0, gid, 1)));
  }

  /** Those of this process. */
  public static UserIds ofThisProcess() {
    try {
      return new UserIds(read(Path.of("/proc/self/uid_map")), read(Path.of("/proc/self/gid_map")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Range> read(Path map) throws IOException {
    if (!Files.exists(map)) {
      // A kernel without user namespaces.
      return List.of(new Range(0, 0, ALL));
    }
    List<Range> ranges = new ArrayList<>();
    for (String line : Files.readAllLines(map)) {
      String[] fields = line.strip().split("\\s+", -1);
      ranges.add(
          new Range(
              Long.parseLong(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2])));
    }
    return ranges;
  }

  /** Whether these are the machine's own, and not a namespace's. */
  public boolean areTheMachines() {
    List<Range> all = List.of(new Range(0, 0, ALL));
    return users.equals(all) && groups.equals(all);
  }

  /** Whether all users and groups are there that images usually name. */
  public boolean sufficeForImages() {
    return covers(users) && covers(groups);
  }

  private static boolean covers(List<Range> ranges) {
    long next = 0;
    for (Range range : requireNonNull(ranges, "ranges is null")) {
      if (range.inside > next) {
        return false;
      }
      next = Math.max(next, range.inside + range.count);
    }
    return next >= USUAL;
  }

  /** How many users there are. */
  public long count() {
    return users.stream().mapToLong(Range::count).sum();
  }
}
