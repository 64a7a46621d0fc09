package dev.janiko.registry.transport;

import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that the environment names, as Go's programs read it: {@code HTTP_PROXY}, {@code
 * HTTPS_PROXY} and {@code NO_PROXY}, or the same in lower case. This machine is never reached
 * through a proxy.
 */
final class EnvironmentProxies {
  private final Map<String, String> environment;
  private final List<String> exempt = new ArrayList<>();

  EnvironmentProxies(Map<String, String> environment) {
    this.environment = environment;
    for (String entry : get("NO_PROXY").split(",", -1)) {
      if (!entry.isBlank()) {
        exempt.add(entry.strip().toLowerCase(Locale.ROOT));
      }
    }
  }

  /** The proxy for a host, with the user information it may need. */
  Optional<URI> proxyFor(String scheme, String host, int port) {
    String proxy = get(scheme.equals("https") ? "HTTPS_PROXY" : "HTTP_PROXY");
    if (proxy.isEmpty() || isExempt(Hosts.bare(host), port)) {
      return Optional.empty();
    }
    URI uri = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
    return uri.getHost() == null ? Optional.empty() : Optional.of(uri);
  }

  private String get(String name) {
    String upper = environment.getOrDefault(name, "");
    String value =
        upper.isEmpty() ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "") : upper;
    return value.strip();
  }

  private boolean isExempt(String host, int port) {
    if (Hosts.isLoopback(host)) {
      return true;
    }
    for (String entry : exempt) {
      if (entry.equals("*") || matches(entry, host, port)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(String entry, String host, int port) {
    int slash = entry.indexOf('/');
    if (slash >= 0) {
      return inNetwork(host, entry.substring(0, slash), entry.substring(slash + 1));
    }
    String name = Hosts.bare(entry);
    if (entry.length() > name.length()
        && entry.endsWith(":" + entry.substring(entry.lastIndexOf(':') + 1))
        && !name.contains(":")
        && !entry.substring(entry.lastIndexOf(':') + 1).equals(Integer.toString(port))) {
      return false;
    }
    String suffix = name.startsWith("*.") ? name.substring(1) : name;
    if (suffix.startsWith(".")) {
      return host.endsWith(suffix);
    }
    return host.equals(suffix) || host.endsWith("." + suffix);
  }

  private static boolean inNetwork(String host, String network, String bits) {
    byte @Nullable [] address = literal(host);
    byte @Nullable [] base = literal(network);
    if (address == null || base == null || address.length != base.length) {
      return false;
    }
    try {
      int prefix = Integer.parseInt(bits);
      for (int i = 0; i < prefix && i < address.length * 8; i++) {
        int mask = 0x80 >> (i % 8);
        if ((address[i / 8] & mask) != (base[i / 8] & mask)) {
          return false;
        }
      }
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static byte @Nullable [] literal(String host) {
    try {
      return InetAddress.ofLiteral(host).getAddress();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
