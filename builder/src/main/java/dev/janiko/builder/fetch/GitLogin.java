package dev.janiko.builder.fetch;

import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.URIish;

/** Logs in to one server, and to no other that a repository or a redirect leads to. */
final class GitLogin extends CredentialsProvider {
  private final URIish server;
  private final GitOptions.Login login;

  GitLogin(URIish server, GitOptions.Login login) {
    this.server = server;
    this.login = login;
  }

  @Override
  public boolean isInteractive() {
    return false;
  }

  @Override
  public boolean supports(CredentialItem... items) {
    for (CredentialItem item : items) {
      if (!(item instanceof CredentialItem.Username)
          && !(item instanceof CredentialItem.Password)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean get(URIish uri, CredentialItem... items) {
    if (!isSameServer(server, uri) || !supports(items)) {
      return false;
    }
    for (CredentialItem item : items) {
      if (item instanceof CredentialItem.Username name) {
        name.setValue(login.user());
      } else if (item instanceof CredentialItem.Password word) {
        word.setValue(login.password().toCharArray());
      }
    }
    return true;
  }

  /** Whether two addresses lead to the same server by the same protocol. */
  static boolean isSameServer(URIish one, URIish other) {
    return String.valueOf(one.getScheme()).equalsIgnoreCase(String.valueOf(other.getScheme()))
        && String.valueOf(one.getHost()).equalsIgnoreCase(String.valueOf(other.getHost()))
        && one.getPort() == other.getPort();
  }
}
