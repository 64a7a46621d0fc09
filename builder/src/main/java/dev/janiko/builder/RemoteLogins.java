package dev.janiko.builder;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.janiko.builder.fetch.GitOptions;
import dev.janiko.builder.fetch.WebAddress;
import dev.janiko.builder.sandbox.SecretValue;
import dev.janiko.builder.step.MountResources;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What opens private places to ADD: secrets with the names that BuildKit has for them, and the
 * default agent of ssh. Immutable.
 */
final class RemoteLogins {
  private static final String DEFAULT_AGENT = "default";
  private static final String TOKEN_USER = "x-access-token";

  private final MountResources resources;

  RemoteLogins(MountResources resources) {
    this.resources = resources;
  }

  /**
   * An address with the header of the secret {@code HTTP_AUTH_HEADER_<host>}, or the token of
   * {@code HTTP_AUTH_TOKEN_<host>}; as it is if it names its user itself.
   */
  WebAddress toOpen(WebAddress address) {
    if (address.authorization().isPresent()) {
      return address;
    }
    for (String host : hosts(address.uri())) {
      Optional<String> header =
          secret("HTTP_AUTH_HEADER_" + host)
              .or(() -> secret("HTTP_AUTH_TOKEN_" + host).map(token -> "Bearer " + token));
      if (header.isPresent()) {
        return new WebAddress(address.uri(), header);
      }
    }
    return address;
  }

  /** A host with its port, then without. */
  private static Set<String> hosts(URI uri) {
    String host = String.valueOf(uri.getHost());
    String withPort = uri.getPort() < 0 ? host : host + ":" + uri.getPort();
    return new LinkedHashSet<>(List.of(withPort, host));
  }

  /**
   * The header of the secret {@code GIT_AUTH_HEADER} or the token of {@code GIT_AUTH_TOKEN}; those
   * of one host, with a dot and its name behind, come first.
   *
   * @param remote the repository's address
   */
  Optional<GitOptions.Access> git(String remote) {
    if (!remote.startsWith("http://") && !remote.startsWith("https://")) {
      return Optional.empty();
    }
    Set<String> endings = new LinkedHashSet<>();
    hosts(uri(remote)).forEach(host -> endings.add("." + host));
    endings.add("");
    for (String ending : endings) {
      Optional<GitOptions.Access> access =
          secret("GIT_AUTH_HEADER" + ending)
              .<GitOptions.Access>map(GitOptions.Header::new)
              .or(() ->
                  secret("GIT_AUTH_TOKEN" + ending)
                      .map(token -> new GitOptions.Login(TOKEN_USER, token)));
      if (access.isPresent()) {
        return access;
      }
    }
    return Optional.empty();
  }

  private static URI uri(String remote) {
    try {
      return WebAddress.parse(remote).uri();
    } catch (IllegalArgumentException expected) {
      // Told when it is fetched.
      return URI.create("http://malformed.invalid");
    }
  }

  /** A secret without the line end that files have. */
  private Optional<String> secret(String id) {
    return Optional.ofNullable(resources.secrets().get(id))
        .map(SecretValue::text)
        .map(String::strip);
  }

  /**
   * The default agent and the known hosts.
   *
   * @param work gets a folder with the known hosts
   */
  Optional<GitOptions.Ssh> ssh(Path work) throws IOException {
    Path agent = resources.agents().get(DEFAULT_AGENT);
    if (agent == null) {
      return Optional.empty();
    }
    Path home = Files.createTempDirectory(work, "ssh-");
    Path known = Files.createDirectory(home.resolve(".ssh")).resolve("known_hosts");
    Files.writeString(known, resources.knownHosts(), UTF_8);
    return Optional.of(new GitOptions.Ssh(home, Optional.of(agent), true));
  }
}
