package dev.janiko.builder.sandbox;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Credentials;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Users and groups of an image, by its own /etc/passwd and /etc/group.
 *
 * <p>The two instructions that name users differ, as they do in BuildKit: {@link #forRun} is
 * strict, {@link #forChown} takes unknown names for 0. The files are read when asked for, inside
 * the root, at most 1 MiB each, and only if they are regular files.
 */
public final class UserLookup {
  private static final int MOST_BYTES = 1 << 20;
  private static final long LAST_ID = Integer.MAX_VALUE;

  private final Path root;

  private UserLookup(Path root) {
    this.root = root;
  }

  /** For the image whose root directory is given. */
  public static UserLookup in(Path root) {
    return new UserLookup(requireNonNull(root, "root is null"));
  }

  /**
   * Who a command runs as.
   *
   * @param user {@code user}, {@code user:group}, each a name or a number; empty for root
   * @throws SandboxException if a name is not found, in docker's words
   */
  public RunUser forRun(String user) throws IOException {
    int colon = user.indexOf(':');
    String userPart = colon < 0 ? user : user.substring(0, colon);
    String groupPart = colon < 0 ? "" : user.substring(colon + 1);
    String wanted = userPart.isEmpty() ? "0" : userPart;
    List<User> users = users();
    Optional<User> known =
        first(
            users,
            entry -> entry.name().equals(wanted) || Long.toString(entry.uid()).equals(wanted));
    long uid;
    if (known.isPresent()) {
      uid = known.get().uid();
    } else {
      uid =
          number(wanted, "unable to find user " + wanted + ": no matching entries in passwd file");
    }
    String home = known.map(User::home).filter(path -> !path.isEmpty()).orElse("/");
    long gid;
    Set<Long> groups = new LinkedHashSet<>();
    if (groupPart.isEmpty()) {
      gid = known.map(User::gid).orElse(0L);
      groups.add(gid);
      String name = known.map(User::name).orElse("");
      for (Group group : groups()) {
        if (!name.isEmpty() && group.members().contains(name)) {
          groups.add(group.gid());
        }
      }
    } else {
      gid = groupForRun(groupPart);
      groups.add(gid);
    }
    return new RunUser(new Credentials(uid, gid, List.copyOf(groups)), home);
  }

  private long groupForRun(String wanted) throws IOException {
    Optional<Group> known =
        first(
            groups(),
            group -> group.name().equals(wanted) || Long.toString(group.gid()).equals(wanted));
    if (known.isPresent()) {
      return known.get().gid();
    }
    return number(wanted, "unable to find group " + wanted + ": no matching entries in group file");
  }

  private static long number(String text, String orElse) throws SandboxException {
    OptionalLong number = id(text);
    if (number.isEmpty()) {
      throw new SandboxException(orElse);
    }
    if (number.getAsLong() > LAST_ID) {
      throw new SandboxException("uids and gids must be in range 0-" + LAST_ID + ": " + text);
    }
    return number.getAsLong();
  }

  /**
   * Who files are given to.
   *
   * @param spec {@code user}, {@code user:group} or {@code :group}, each a name or a number; a
   *     number alone is the group as well
   */
  public Owner forChown(String spec) throws IOException {
    int colon = spec.indexOf(':');
    String userPart = colon < 0 ? spec : spec.substring(0, colon);
    String groupPart = colon < 0 ? "" : spec.substring(colon + 1);
    long uid = 0;
    long gid = 0;
    OptionalLong number = rootOrNumber(userPart);
    if (number.isPresent()) {
      uid = number.getAsLong();
      gid = uid;
    } else if (!userPart.isEmpty()) {
      Optional<User> known = first(users(), entry -> entry.name().equals(userPart));
      uid = known.map(User::uid).orElse(0L);
      gid = known.map(User::gid).orElse(0L);
    }
    if (!groupPart.isEmpty()) {
      OptionalLong group = rootOrNumber(groupPart);
      gid =
          group.isPresent()
              ? group.getAsLong()
              : first(groups(), entry -> entry.name().equals(groupPart)).map(Group::gid).orElse(0L);
    }
    return new Owner(uid, gid);
  }

  private static OptionalLong rootOrNumber(String text) throws SandboxException {
    if (text.equals("root")) {
      return OptionalLong.of(0);
    }
    return id(text).isPresent() ? OptionalLong.of(number(text, text)) : OptionalLong.empty();
  }

  private static <T> Optional<T> first(List<T> entries, Predicate<T> wanted) {
    return entries.stream().filter(wanted).findFirst();
  }

  private List<User> users() throws IOException {
    List<User> users = new ArrayList<>();
    for (String[] fields : lines("etc/passwd")) {
      User user = user(fields);
      if (user != null) {
        users.add(user);
      }
    }
    return users;
  }

  private static @Nullable User user(String[] fields) {
    if (fields.length < 4) {
      return null;
    }
    OptionalLong uid = id(fields[2]);
    OptionalLong gid = id(fields[3]);
    if (uid.isEmpty() || gid.isEmpty() || Math.max(uid.getAsLong(), gid.getAsLong()) > LAST_ID) {
      return null;
    }
    String home = fields.length > 5 ? fields[5] : "";
    return new User(fields[0], uid.getAsLong(), gid.getAsLong(), home);
  }

  private List<Group> groups() throws IOException {
    List<Group> groups = new ArrayList<>();
    for (String[] fields : lines("etc/group")) {
      OptionalLong gid = fields.length < 3 ? OptionalLong.empty() : id(fields[2]);
      if (gid.isPresent() && gid.getAsLong() <= LAST_ID) {
        List<String> members = fields.length > 3 ? List.of(fields[3].split(",", -1)) : List.of();
        groups.add(new Group(fields[0], gid.getAsLong(), members));
      }
    }
    return groups;
  }

  private static OptionalLong id(String text) {
    boolean digits = !text.isEmpty() && text.length() < 19;
    for (int i = 0; i < text.length(); i++) {
      digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    return digits ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }

  private List<String[]> lines(String file) throws IOException {
    byte[] bytes;
    try (RootFs files = RootFs.open(root)) {
      bytes = files.readFile(UnixPath.of(file), MOST_BYTES);
    } catch (IOException e) {
      if (e instanceof LinuxException call
          && List.of(Errno.ENOENT, Errno.ENOTDIR).contains(call.errno())) {
        return List.of();
      }
      throw new SandboxException("cannot read /" + file + " of the image: " + e.getMessage(), e);
    }
    return new String(bytes, StandardCharsets.UTF_8)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && line.charAt(0) != '#')
        .map(line -> line.split(":", -1))
        .toList();
  }

  private record User(String name, long uid, long gid, String home) {}

  private record Group(String name, long gid, List<String> members) {}

  /**
   * Who a command runs as, and the home directory: {@code /} for a user the image does not know.
   */
  public record RunUser(Credentials credentials, String home) {}

  /** Owner and group of a file. */
  public record Owner(long uid, long gid) {}
}
