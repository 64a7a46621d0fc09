package dev.janiko.registry.transport;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.http.conn.util.DomainType;
import org.apache.http.conn.util.PublicSuffixMatcher;
import org.apache.http.conn.util.PublicSuffixMatcherLoader;

/** What can be told from the name of a host. */
public final class Hosts {
  /** Sites whose registry and token service have names of their own, known without a list. */
  private static final List<String> SITES = List.of(".docker.io", ".gitlab.com");

  private Hosts() {}

  /** The host without its port and without brackets, in lower case. */
  public static String bare(String hostAndPort) {
    String host = hostAndPort.toLowerCase(Locale.ROOT);
    if (host.startsWith("[")) {
      int close = host.indexOf(']');
      return close < 0 ? host : host.substring(1, close);
    }
    int colon = host.indexOf(':');
    return colon < 0 || host.indexOf(':', colon + 1) >= 0 ? host : host.substring(0, colon);
  }

  /** Says whether the host, with or without a port, is this machine by its very name. */
  public static boolean isLoopback(String hostAndPort) {
    String host = bare(hostAndPort);
    if (host.equals("localhost") || host.endsWith(".localhost")) {
      return true;
    }
    return isLiteral(host) && address(host).isLoopbackAddress();
  }

  /** Says whether the addresses lead to the same server: scheme, host and port are equal. */
  public static boolean sameOrigin(URI one, URI other) {
    return one.getScheme().equalsIgnoreCase(other.getScheme())
        && bare(one.getHost()).equals(bare(other.getHost()))
        && port(one) == port(other);
  }

  /**
   * Says whether the hosts belong to one site: they are the same, or both this machine, or share
   * the domain that somebody registered, such as {@code docker.io}.
   */
  static boolean sameSite(String one, String other) {
    String a = bare(one);
    String b = bare(other);
    if (a.equals(b) || (isLoopback(a) && isLoopback(b))) {
      return true;
    }
    if (isLiteral(a) || isLiteral(b)) {
      return false;
    }
    if (SITES.stream().anyMatch(site -> a.endsWith(site) && b.endsWith(site))) {
      return true;
    }
    return site(a).equals(site(b));
  }

  /** The domain that somebody registered, with the suffix that others can register below, too. */
  private static String site(String host) {
    // Only here, as the list of all suffixes is long.
    PublicSuffixMatcher suffixes = PublicSuffixMatcherLoader.getDefault();
    String shared = suffixes.getDomainRoot(host, DomainType.PRIVATE);
    if (shared != null) {
      return below(host, shared);
    }
    String root = suffixes.getDomainRoot(host);
    if (root == null) {
      return host;
    }
    // A domain that is not in the list: of a network of its own, such as internal.
    return root.indexOf('.') < 0 ? below(host, root) : root;
  }

  /** The suffix with the label before it. */
  private static String below(String host, String suffix) {
    int end = host.length() - suffix.length() - 1;
    return end < 0 ? host : host.substring(host.lastIndexOf('.', end - 1) + 1);
  }

  /** Says whether the hosts name a host, with or without its port, or all hosts. */
  static boolean lists(Set<String> hosts, String hostAndPort) {
    return hosts.contains(hostAndPort) || hosts.contains(bare(hostAndPort)) || hosts.contains("*");
  }

  /** The port of the address, which may be its scheme's. */
  static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
  }

  /**
   * Says whether the host is, or resolves to, an address that only this machine or its link can
   * reach. A name that does not resolve here is no such host.
   */
  static boolean isLocal(String hostAndPort) {
    String host = bare(hostAndPort);
    if (isLoopback(host)) {
      return true;
    }
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        if (address.isLoopbackAddress()
            || address.isLinkLocalAddress()
            || address.isAnyLocalAddress()
            || address.isMulticastAddress()) {
          return true;
        }
      }
      return false;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static boolean isLiteral(String host) {
    if (host.indexOf(':') >= 0) {
      return isIpv6(host);
    }
    int dots = 0;
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c == '.') {
        dots++;
      } else if (c < '0' || c > '9') {
        return false;
      }
    }
    return dots == 3 && !host.startsWith(".") && !host.endsWith(".") && !host.contains("..");
  }

  private static boolean isIpv6(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (Character.digit(c, 16) < 0 && c != ':' && c != '.') {
        return false;
      }
    }
    return true;
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      return InetAddress.ofLiteral("0.0.0.1");
    }
  }
}
