package dev.janiko.builder.sandbox;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Capabilities;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.Program;
import dev.janiko.builder.linux.UserIds;
import dev.janiko.builder.linux.UserNamespace;
import dev.janiko.builder.linux.UserNamespace.Outcome;
import dev.janiko.builder.linux.UserNamespace.Phase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * This program once more, as root of a user namespace: what gives namespaces to those who have no
 * CAP_SYS_ADMIN.
 *
 * <p>The namespace has all users where this process may say so itself or newuidmap(1) helps it,
 * else the process's own user alone.
 */
public final class Reentry {
  /** The variable that tells a program that it was started so, and why it has the users it has. */
  public static final String VARIABLE = "JANIKO_USER_NAMESPACE";

  private static final Path ETC = Path.of("/etc");
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String EFFECTIVE = "CapEff:";
  private static final int HELPER_SECONDS = 30;
  private static final long MAY_MAP =
      1L << 6 /* SETGID */ | 1L << 7 /* SETUID */ | 1L << 31 /* SETFCAP */;

  private Reentry() {}

  /**
   * Whether another start could give what this process has not.
   *
   * @param environment this process's
   */
  public static boolean isWorthwhile(Map<String, String> environment) throws IOException {
    return !environment.containsKey(VARIABLE) && !mayMount() && UserNamespace.refusal().isEmpty();
  }

  /** By a file: for who may, the first call of the C library need not be waited for. */
  private static boolean mayMount() throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(EFFECTIVE)) {
        String set = line.substring(EFFECTIVE.length()).strip();
        return (Long.parseUnsignedLong(set, 16) & 1L << Capabilities.SYS_ADMIN) != 0;
      }
    }
    return false;
  }

  /**
   * Starts a program in a user namespace.
   *
   * @param command the executable's path and its arguments
   * @param environment to which {@link #VARIABLE} is added
   */
  public static Outcome start(List<String> command, Map<String, String> environment)
      throws IOException {
    requireNonNull(command, "command is null");
    return enter(note -> {
      List<String> variables = new ArrayList<>();
      environment.forEach((name, value) -> variables.add(name + "=" + value));
      variables.add(VARIABLE + "=" + note);
      return Optional.of(Program.of(command.getFirst(), command, variables));
    });
  }

  /** Finds out whether it could be done. */
  static Outcome tryOut() throws IOException {
    Optional<Errno> refusal = UserNamespace.refusal();
    return refusal.isPresent()
        ? new Outcome.Refused(Phase.NAMESPACE, "unshare(CLONE_NEWUSER): " + refusal.get().text())
        : enter(_ -> Optional.empty());
  }

  /** What to start, knowing why it has the users it has. */
  private interface Programs {
    Optional<Program> with(String note);
  }

  private static Outcome enter(Programs programs) throws IOException {
    long uid = UserNamespace.user();
    long gid = UserNamespace.group();
    String note;
    if ((Capabilities.effective() & MAY_MAP) == MAY_MAP) {
      UserIds all = identity(UserIds.ofThisProcess());
      Outcome outcome =
          UserNamespace.enter(
              programs.with("all users of this place"), pid -> UserNamespace.write(pid, all));
      if (!isAboutUsers(outcome)) {
        return outcome;
      }
      note = ((Outcome.Refused) outcome).reason();
    } else {
      try {
        UserIds ids = SubordinateIds.of(ETC, uid, gid);
        Outcome outcome =
            UserNamespace.enter(programs.with("subordinate users"), pid -> help(pid, ids));
        if (!isAboutUsers(outcome)) {
          return outcome;
        }
        note = ((Outcome.Refused) outcome).reason();
      } catch (IOException e) {
        note = String.valueOf(e.getMessage());
      }
    }
    UserIds single = UserIds.single(uid, gid);
    return UserNamespace.enter(programs.with(note), pid -> UserNamespace.write(pid, single));
  }

  private static boolean isAboutUsers(Outcome outcome) {
    return outcome instanceof Outcome.Refused refused && refused.phase() == Phase.USERS;
  }

  private static UserIds identity(UserIds own) {
    return new UserIds(
        own.users().stream().map(Reentry::same).toList(),
        own.groups().stream().map(Reentry::same).toList());
  }

  private static UserIds.Range same(UserIds.Range range) {
    return new UserIds.Range(range.inside(), range.inside(), range.count());
  }

  private static void help(int pid, UserIds ids) throws IOException {
    run("newgidmap", pid, ids.groups());
    run("newuidmap", pid, ids.users());
  }

  private static void run(String helper, int pid, List<UserIds.Range> ranges) throws IOException {
    List<String> command = new ArrayList<>(List.of(helper, Integer.toString(pid)));
    for (UserIds.Range range : ranges) {
      for (long number : new long[] {range.inside(), range.outside(), range.count()}) {
        command.add(Long.toString(number));
      }
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1).strip();
    try {
      if (!process.waitFor(HELPER_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(helper + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          said.isEmpty() ? helper + " failed with code " + process.exitValue() : said);
    }
  }
}
