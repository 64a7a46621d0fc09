package dev.janiko.registry.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RedirectsTest {
  /** A documentation address: it needs no name service and is nobody's. */
  private static final URI REGISTRY = URI.create("https://203.0.113.5/v2/a/");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://203.0.113.6/t",
        "https://169.254.169.254/latest",
        "https://[::1]/t",
        "https://127.0.0.1:1/t",
        "https://localhost/t",
        "https://x.localhost/t",
        "https://0.0.0.0/t",
        "https://[fe80::1]/t",
        "https://[::ffff:127.0.0.1]/t",
        "https://u:p@203.0.113.6/t",
        "file:///etc/passwd",
        "https:///t",
        "gopher://x",
        "t",
        "",
        "https://exa mple"
      })
  void realmsThatCouldHarmAreRefused(String realm) {
    assertThatThrownBy(() -> Redirects.realm(REGISTRY, realm))
        .hasMessageContaining("token realm")
        .hasMessageNotContaining("u:p");
  }

  @Test
  void realmsElsewhereAreUsual() throws Exception {
    assertThat(Redirects.realm(REGISTRY, "https://203.0.113.6/token?a=b"))
        .isEqualTo(URI.create("https://203.0.113.6/token?a=b"));
    URI local = URI.create("http://127.0.0.1:5000/");
    assertThat(Redirects.realm(local, "http://127.0.0.1:5001/t").getPort()).isEqualTo(5001);
  }

  @ParameterizedTest
  @CsvSource({
    "/x?a=%2B, https://203.0.113.5/x?a=%2B",
    "x, https://203.0.113.5/v2/a/x",
    "https://203.0.113.9/s?sig=1, https://203.0.113.9/s?sig=1",
    "http://203.0.113.5/x?y, https://203.0.113.5/x?y",
    "http://203.0.113.5:80/x, https://203.0.113.5/x",
  })
  void placesAreFollowed(String location, String to) throws Exception {
    assertThat(Redirects.follow(REGISTRY, location)).hasToString(to);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://203.0.113.9/", "http://203.0.113.5:8080/", "https://127.0.0.1/"})
  void downgradesAndWaysInsideAreRefused(String location) {
    assertThatThrownBy(() -> Redirects.follow(REGISTRY, location)).hasMessageContaining("redirect");
  }

  @Test
  void messagesHideQueries() {
    assertThat(Redirects.redacted(URI.create("https://u:p@h:1/x?X-Amz-Signature=s")))
        .isEqualTo("https://h:1/x?…");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, true",
    "LOCALHOST:5000, true",
    "127.9.9.9:1, true",
    "'[::1]:5000', true",
    "localhost.evil.com, false",
    "127.0.0.1.evil.com, false",
    "10.0.0.1, false",
    "'[::2]', false",
    "127.1, false",
  })
  void loopbackIsToldByName(String host, boolean loopback) {
    assertThat(Hosts.isLoopback(host)).isEqualTo(loopback);
  }

  @ParameterizedTest
  @CsvSource({
    "registry-1.docker.io, auth.docker.io, true",
    "registry.gitlab.example.com, sso.example.com, true",
    "r.example.co.uk, auth.example.co.uk, true",
    "r.example.co.uk, evil.co.uk, false",
    "mine.github.io, yours.github.io, false",
    "a.mine.github.io, b.mine.github.io, true",
    "r.corp.internal, auth.corp.internal, true",
    "r.corp.internal, r.other.internal, false",
    "127.0.0.1, localhost, true",
    "10.0.0.1, 10.0.0.2, false",
    "docker.io.evil.example, auth.docker.io, false",
    "registry, auth, false"
  })
  void credentialsGoToTheSameSiteAlone(String registry, String realm, boolean same) {
    assertThat(Hosts.sameSite(registry, realm)).isEqualTo(same);
    TransportOptions allowing =
        TransportOptions.of(Map.of()).withTokenRealms(Map.of(registry, Set.of(realm)));
    assertThat(
            allowing.trustsRealm(
                registry, URI.create("https://" + registry), URI.create("https://" + realm)))
        .isTrue();
  }
}
