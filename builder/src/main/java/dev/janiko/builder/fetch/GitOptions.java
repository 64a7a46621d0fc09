package dev.janiko.builder.fetch;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a repository is fetched.
 *
 * @param keepGitDir whether {@code .git} stays
 * @param submodules whether submodules are fetched too
 * @param login who asks, where the address does not say
 * @param ssh what git over ssh needs; it is refused without
 */
public record GitOptions(
    boolean keepGitDir, boolean submodules, Optional<Access> login, Optional<Ssh> ssh) {
  /** Checks the parts. */
  public GitOptions {
    requireNonNull(login, "login is null");
    requireNonNull(ssh, "ssh is null");
  }

  /** Without ssh. */
  public GitOptions(boolean keepGitDir, boolean submodules, Optional<Access> login) {
    this(keepGitDir, submodules, login, Optional.empty());
  }

  /**
   * Where the keys of git over ssh are, and the hosts that are known.
   *
   * @param home the folder that has {@code .ssh}
   * @param agent the socket of an agent that has keys, too
   * @param agentOnly whether the folder was made for this and has no keys
   */
  public record Ssh(Path home, Optional<Path> agent, boolean agentOnly) {
    /** Checks the parts. */
    public Ssh {
      requireNonNull(home, "home is null");
      requireNonNull(agent, "agent is null");
    }

    /** Somebody's own keys, and those of the agent. */
    public Ssh(Path home, Optional<Path> agent) {
      this(home, agent, false);
    }
  }

  /** What opens a private repository; never shown. */
  public sealed interface Access {}

  /**
   * The header that goes with each request to the repository's own server.
   *
   * @param value of {@code Authorization}
   */
  public record Header(String value) implements Access {
    @Override
    public String toString() {
      return "Header[…]";
    }
  }

  /**
   * A name and a password or token; never shown.
   *
   * @param user the name
   * @param password the password, may be empty
   */
  public record Login(String user, String password) implements Access {
    @Override
    public String toString() {
      return "Login[…]";
    }
  }
}
