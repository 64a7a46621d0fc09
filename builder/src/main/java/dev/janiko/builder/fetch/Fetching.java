package dev.janiko.builder.fetch;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.transport.Http;

/** All ways to fetch, over the same connections. What is not used is not loaded. */
public final class Fetching {
  private final Http http;

  /** Fetches over these connections. */
  public Fetching(Http http) {
    this.http = requireNonNull(http, "http is null");
  }

  /** Files of the web. */
  public Downloads downloads() {
    return new Downloads(http);
  }

  /** The connections. */
  public Http connections() {
    return http;
  }

  /** Git repositories. */
  public GitRepositories repositories() {
    return new GitRepositories(http);
  }
}
