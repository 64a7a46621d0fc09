package dev.janiko.registry.auth;

import static java.util.Objects.requireNonNull;

/** What proves who we are. Never printed. */
public sealed interface Credential {
  /**
   * A name and a password.
   *
   * @param user the name
   * @param password the password
   */
  record UserPassword(String user, String password) implements Credential {
    /** Checks the parts. */
    public UserPassword {
      requireNonNull(user, "user is null");
      requireNonNull(password, "password is null");
    }

    @Override
    public String toString() {
      return "UserPassword[user=" + user + "]";
    }
  }

  /**
   * A token that is exchanged for others at the token service (OAuth 2 refresh token).
   *
   * @param token the token
   */
  record IdentityToken(String token) implements Credential {
    /** Checks the parts. */
    public IdentityToken {
      requireNonNull(token, "token is null");
    }

    @Override
    public String toString() {
      return "IdentityToken[]";
    }
  }

  /**
   * A token that the registry takes as it is.
   *
   * @param token the token
   */
  record RegistryToken(String token) implements Credential {
    /** Checks the parts. */
    public RegistryToken {
      requireNonNull(token, "token is null");
    }

    @Override
    public String toString() {
      return "RegistryToken[]";
    }
  }
}
