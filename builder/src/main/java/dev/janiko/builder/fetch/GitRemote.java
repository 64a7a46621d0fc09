package dev.janiko.builder.fetch;

import dev.janiko.dockerfile.text.UserInfo;
import dev.janiko.registry.transport.Http;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;

/** A repository elsewhere, and who asks for it. Used by one thread. */
final class GitRemote {
  private static final String WANTED = "refs/janiko/wanted";
  private static final int COMMIT_LENGTH = 40;

  private final Http http;
  private final URIish uri;
  private final Optional<GitOptions.Access> login;
  private final Optional<GitOptions.Ssh> ssh;

  private GitRemote(
      Http http, URIish uri, Optional<GitOptions.Access> login, Optional<GitOptions.Ssh> ssh) {
    this.http = http;
    this.uri = uri;
    this.login = login;
    this.ssh = ssh;
  }

  /**
   * Names a remote. User information in the address wins over the login.
   *
   * @throws FetchException if it is malformed, or reached in a way that is not supported
   */
  static GitRemote of(Http http, String address, GitOptions options) throws FetchException {
    URIish uri;
    try {
      uri = new URIish(address);
    } catch (URISyntaxException e) {
      throw new FetchException("malformed address of a repository: " + UserInfo.hidden(address));
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    Optional<GitOptions.Access> own = options.login();
    switch (scheme) {
      case "http", "https" -> {
        if (uri.getUser() != null) {
          String password = uri.getPass() == null ? "" : uri.getPass();
          own = Optional.of(new GitOptions.Login(uri.getUser(), password));
        }
      }
      case "git" -> own = Optional.empty();
      case "ssh", "" -> {
        if (options.ssh().isEmpty()) {
          throw new FetchException(
              "there is no agent of ssh for "
                  + UserInfo.hidden(address)
                  + "; give one with --ssh default, use the repository's https address, or make it"
                  + " a context with --build-context");
        }
        return new GitRemote(http, uri.setPass(null), Optional.empty(), options.ssh());
      }
      default ->
          throw new FetchException(
              "a repository at " + UserInfo.hidden(address) + " cannot be fetched: use https");
    }
    return new GitRemote(http, uri.setUser(null).setPass(null), own, options.ssh());
  }

  /** A remote that this one's files name, which may be relative to this one. */
  GitRemote named(String address) throws FetchException {
    if (!address.startsWith("./") && !address.startsWith("../")) {
      GitRemote other = of(http, address, new GitOptions(false, false, Optional.empty(), ssh));
      return other.login.isEmpty() && GitLogin.isSameServer(uri, other.uri)
          ? new GitRemote(http, other.uri, login, ssh)
          : other;
    }
    String path = uri.getRawPath().replaceAll("/+$", "");
    String rest = address;
    while (rest.startsWith("./") || rest.startsWith("../")) {
      if (rest.startsWith("../")) {
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
          throw new FetchException("the address " + address + " leads out of " + uri);
        }
        path = path.substring(0, slash);
      }
      rest = rest.substring(rest.indexOf('/') + 1);
    }
    try {
      return new GitRemote(http, uri.setRawPath(path + "/" + rest), login, ssh);
    } catch (URISyntaxException e) {
      throw new FetchException("malformed address of a submodule: " + address);
    }
  }

  /** The address without any user information. */
  @Override
  public String toString() {
    return uri.toString();
  }

  /** What fetching brought: the commit or tag asked for, and the full name it was found by. */
  record Found(ObjectId id, Optional<String> name) {}

  /**
   * Fetches one commit, without its history.
   *
   * @param into gets its objects
   * @param ref a branch, a tag, a full reference or a commit; none for the remote's own choice
   * @throws IOException if there is no such thing, or the remote does not give it
   */
  Found fetch(Repository into, Optional<String> ref) throws IOException {
    if (ref.isPresent() && isCommit(ref.get())) {
      return new Found(commit(into, ref.get().toLowerCase(Locale.ROOT)), Optional.empty());
    }
    String name = find(into, ref.orElse("HEAD"));
    return new Found(
        fetch(into, List.of(new RefSpec("+" + name + ":" + WANTED)), true), Optional.of(name));
  }

  static boolean isCommit(String text) {
    return text.length() == COMMIT_LENGTH && ObjectId.isId(text);
  }

  /** The full name of what a name stands for: a branch rather than a tag, as git has it. */
  private String find(Repository into, String ref) throws IOException {
    List<String> names = List.of(ref, "refs/heads/" + ref, "refs/" + ref, "refs/tags/" + ref);
    try (GitConnections connections = connections();
        Transport transport = open(into, connections);
        FetchConnection connection = transport.openFetch(List.of(), names.toArray(String[]::new))) {
      Map<String, Ref> refs = connection.getRefsMap();
      for (String name : names) {
        if (refs.containsKey(name) && (name.equals("HEAD") || name.startsWith("refs/"))) {
          return name;
        }
      }
    } catch (IOException e) {
      throw failure(e);
    }
    throw new FetchException("the repository " + uri + " has no branch or tag \"" + ref + "\"");
  }

  /** A commit by itself; with all branches and tags where a remote gives nothing else. */
  private ObjectId commit(Repository into, String hash) throws IOException {
    ObjectId id = ObjectId.fromString(hash);
    try {
      fetch(into, List.of(new RefSpec(hash)), true);
    } catch (FetchException alone) {
      fetch(
          into,
          List.of(
              new RefSpec("+refs/heads/*:refs/janiko/heads/*"),
              new RefSpec("+refs/tags/*:refs/janiko/tags/*")),
          false);
    }
    if (!into.getObjectDatabase().has(id)) {
      throw new FetchException("the repository " + uri + " has no commit " + hash);
    }
    return id;
  }

  private ObjectId fetch(Repository into, List<RefSpec> specs, boolean shallow) throws IOException {
    try (GitConnections connections = connections();
        Transport transport = open(into, connections)) {
      if (shallow) {
        transport.setDepth(1);
      }
      transport.fetch(new Monitor(), specs);
    } catch (IOException e) {
      throw failure(e);
    }
    ObjectId wanted = into.resolve(WANTED);
    return wanted == null ? ObjectId.zeroId() : wanted;
  }

  private GitConnections connections() throws FetchException {
    if (login.isEmpty() || !(login.get() instanceof GitOptions.Header header)) {
      return new GitConnections(http);
    }
    try {
      return new GitConnections(http, new URI(uri.toString()), header);
    } catch (URISyntaxException e) {
      throw new FetchException("malformed address of a repository: " + uri, e);
    }
  }

  private Transport open(Repository into, GitConnections connections) throws IOException {
    Transport transport = Transport.open(into, uri);
    transport.setTimeout((int) http.options().timeouts().read().toSeconds());
    transport.setTagOpt(TagOpt.NO_TAGS);
    if (login.isPresent() && login.get() instanceof GitOptions.Login known) {
      transport.setCredentialsProvider(new GitLogin(uri, known));
    }
    switch (transport) {
      case TransportHttp web -> web.setHttpConnectionFactory(connections);
      case SshTransport remote when ssh.isPresent() ->
          remote.setSshSessionFactory(connections.ssh(ssh.get()));
      default -> {
        // git's own protocol asks nobody
      }
    }
    return transport;
  }

  private FetchException failure(IOException e) {
    if (e instanceof FetchException known) {
      return known;
    }
    Throwable cause = e;
    StringBuilder message = new StringBuilder();
    while (cause != null) {
      String text = String.valueOf(cause.getMessage()).replace(uri + ": ", "");
      if (message.indexOf(text) < 0) {
        message.append(message.isEmpty() ? "" : ": ").append(text);
      }
      cause = cause.getCause();
    }
    String hint =
        message.indexOf("not authorized") >= 0 || message.indexOf("Authentication is required") >= 0
            ? "; it may be private: give a token in GIT_TOKEN, or to ADD the secret"
                + " GIT_AUTH_TOKEN, or a name and a password in its address"
            : hint(message.toString());
    return new FetchException("failed to fetch repository " + uri + ": " + message + hint, e);
  }

  private String hint(String message) {
    if (ssh.isEmpty() || uri.getHost() == null) {
      return "";
    }
    boolean agentOnly = ssh.get().agentOnly();
    Path keys = agentOnly ? Path.of("~/.ssh") : ssh.get().home().resolve(".ssh");
    if (message.contains("Server key did not validate") || message.contains("host key")) {
      return "; the host is not known: add what `ssh-keyscan %s` tells to %s"
          .formatted(uri.getHost(), keys.resolve("known_hosts"));
    }
    return message.contains("authentication")
        ? "; keys are looked for in "
            + (agentOnly ? "the agent of --ssh" : keys + " and in the agent of SSH_AUTH_SOCK")
        : "";
  }

  /** Ends a transfer when its thread is interrupted. */
  private static final class Monitor implements ProgressMonitor {
    @Override
    public void start(int totalTasks) {}

    @Override
    public void beginTask(String title, int totalWork) {}

    @Override
    public void update(int completed) {}

    @Override
    public void endTask() {}

    @Override
    public boolean isCancelled() {
      return Thread.currentThread().isInterrupted();
    }

    @Override
    public void showDuration(boolean enabled) {}
  }
}
