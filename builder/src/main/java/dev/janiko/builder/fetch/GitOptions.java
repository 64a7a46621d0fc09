package dev.janiko.builder.fetch;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * How a repository is fetched.
 *
 * @param keepGitDir whether {@code .git} stays
 * @param submodules whether submodules are fetched too
 * @param login who asks, where the address does not say
 */
public record GitOptions(boolean keepGitDir, boolean submodules, Optional<Login> login) {
  /** Checks the parts. */
  public GitOptions {
    requireNonNull(login, "login is null");
  }

  /**
   * A name and a password or token; never shown.
   *
   * @param user the name
   * @param password the password, may be empty
   */
  public record Login(String user, String password) {
    @Override
    public String toString() {
      return "Login[…]";
    }
  }
}
