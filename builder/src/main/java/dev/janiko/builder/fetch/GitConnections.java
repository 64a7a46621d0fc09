package dev.janiko.builder.fetch;

import dev.janiko.registry.transport.Hosts;
import dev.janiko.registry.transport.Http;
import dev.janiko.registry.transport.HttpAnswer;
import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.jgit.transport.SshSessionFactory;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;

/**
 * Gives JGit connections that are ours: with the proxies, certificates, waits and repetitions that
 * all requests have. Used by one thread; closing gives up all answers.
 */
final class GitConnections implements HttpConnectionFactory, AutoCloseable {
  private final Http http;
  private final List<HttpAnswer> answers = new ArrayList<>();
  private final List<GitSsh> shells = new ArrayList<>();
  private final Function<URI, Optional<String>> authorization;

  GitConnections(Http http) {
    this.http = http;
    this.authorization = _ -> Optional.empty();
  }

  /** With a header for one server alone. */
  GitConnections(Http http, URI server, GitOptions.Header header) {
    this.http = http;
    this.authorization =
        uri -> Optional.of(header.value()).filter(_ -> Hosts.sameOrigin(uri, server));
  }

  @Override
  public HttpConnection create(URL url) throws IOException {
    GitConnection connection = new GitConnection(http, url, answers::add);
    try {
      authorization
          .apply(url.toURI())
          .ifPresent(value -> connection.setRequestProperty("Authorization", value));
    } catch (URISyntaxException e) {
      throw new IOException("malformed address of a repository", e);
    }
    return connection;
  }

  /** The proxy that JGit found is not asked for: ours are the environment's. */
  @Override
  public HttpConnection create(URL url, Proxy proxy) throws IOException {
    return create(url);
  }

  /** Connections over ssh. */
  SshSessionFactory ssh(GitOptions.Ssh settings) {
    GitSsh shell = GitSsh.open(settings);
    shells.add(shell);
    return shell.sessions();
  }

  @Override
  public void close() {
    answers.forEach(HttpAnswer::close);
    answers.clear();
    shells.forEach(GitSsh::close);
    shells.clear();
  }
}
