package dev.janiko.builder.linux;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Who a process runs as: user, group and supplementary groups, as unsigned 32-bit numbers.
 *
 * <p>The primary group is among the groups only if it is listed there.
 */
public record Credentials(long uid, long gid, List<Long> groups) {
  private static final long LAST = 0xffff_fffeL;
  private static final int MOST_GROUPS = 65_536;

  /** The all-powerful user with no groups but its own. */
  public static final Credentials ROOT = new Credentials(0, 0, List.of(0L));

  /** Checks the ranges; 2³²−1 means "leave as it is" to the kernel and is refused. */
  public Credentials {
    groups = List.copyOf(requireNonNull(groups, "groups is null"));
    check(uid);
    check(gid);
    groups.forEach(Credentials::check);
    if (groups.size() > MOST_GROUPS) {
      throw new IllegalArgumentException("more than " + MOST_GROUPS + " groups");
    }
  }

  private static void check(long id) {
    if (id < 0 || id > LAST) {
      throw new IllegalArgumentException("not a user or group id: " + id);
    }
  }
}
