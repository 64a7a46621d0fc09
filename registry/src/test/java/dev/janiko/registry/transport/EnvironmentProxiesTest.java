package dev.janiko.registry.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EnvironmentProxiesTest {
  @Test
  void proxiesGoByTheSchemeOfTheTarget() {
    EnvironmentProxies proxies =
        new EnvironmentProxies(Map.of("https_proxy", "http://u:p@px:3128", "HTTP_PROXY", "py:80"));
    assertThat(proxies.proxyFor("https", "a.b", 443)).contains(URI.create("http://u:p@px:3128"));
    assertThat(proxies.proxyFor("http", "a.b", 80)).contains(URI.create("http://py:80"));
    assertThat(new EnvironmentProxies(Map.of()).proxyFor("https", "a.b", 443)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, 5000, false",
    "127.0.0.1, 5000, false",
    "example.com, 443, false",
    "sub.example.com, 443, false",
    "notexample.com, 443, true",
    "only.dot, 443, true",
    "x.only.dot, 443, false",
    "10.1.2.3, 443, false",
    "11.1.2.3, 443, true",
    "port.io, 8443, false",
    "port.io, 443, true",
    "1.2.3.4, 443, false",
    "fd00::5, 443, false",
    "quay.io, 443, true",
  })
  void noProxyIsHonoured(String host, int port, boolean proxied) {
    EnvironmentProxies proxies =
        new EnvironmentProxies(
            Map.of(
                "HTTPS_PROXY",
                "http://px:1",
                "NO_PROXY",
                "example.com, .only.dot,10.0.0.0/8,port.io:8443,1.2.3.4,fd00::/8,"));
    assertThat(proxies.proxyFor("https", host, port).isPresent()).isEqualTo(proxied);
  }
}
