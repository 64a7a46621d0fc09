package dev.janiko.registry.transport;

import dev.janiko.registry.RegistryException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Where a server may send us: redirects, the places of uploads, and the realms of tokens. */
public final class Redirects {
  /** How many redirects are followed at most. */
  public static final int MAX_HOPS = 10;

  private Redirects() {}

  /** Says whether the status asks to go elsewhere. */
  public static boolean isRedirect(int status) {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  /**
   * The address that a {@code Location} header leads to.
   *
   * <p>A registry behind a proxy that ends TLS often names itself with {@code http}: on the same
   * host we stay with {@code https}.
   *
   * @param from the address that answered
   * @throws RegistryException if it leads somewhere that must not be followed: another protocol,
   *     from HTTPS to plain HTTP, or from elsewhere into this machine or its link
   */
  public static URI follow(URI from, String location) throws RegistryException {
    // Java resolves a bare query against the folder, RFC 3986 against the whole path.
    String text = location.startsWith("?") ? from.getRawPath() + location : location;
    URI to = from.resolve(parse(text, "redirect"));
    boolean downgrade = isHttps(from) && "http".equalsIgnoreCase(to.getScheme());
    if (downgrade && to.getHost() != null && Hosts.bare(to.getHost()).equals(host(from))) {
      boolean samePort = to.getPort() == from.getPort() || to.getPort() == 80;
      to = samePort ? from.resolve(relative(to)) : to;
    }
    return checked(from, to, "redirect");
  }

  /**
   * The address of a token service, if the registry may name it.
   *
   * @param registry the registry's address
   * @throws RegistryException if no credentials must go there
   */
  public static URI realm(URI registry, String realm) throws RegistryException {
    return checked(registry, parse(realm, "token realm"), "token realm");
  }

  private static URI checked(URI from, URI to, String what) throws RegistryException {
    String scheme = to.getScheme() == null ? "" : to.getScheme().toLowerCase(Locale.ROOT);
    boolean web = scheme.equals("https") || scheme.equals("http");
    if (!web || to.getHost() == null) {
      throw refused(from, to, what, "is not a web address");
    }
    if (to.getRawUserInfo() != null) {
      throw refused(from, to, what, "holds user information");
    }
    if (isHttps(from) && scheme.equals("http")) {
      throw refused(from, to, what, "leaves HTTPS for plain HTTP");
    }
    boolean elsewhere = !Hosts.bare(to.getHost()).equals(host(from));
    if (elsewhere && Hosts.isLocal(to.getHost()) && !Hosts.isLocal(host(from))) {
      throw refused(from, to, what, "leads into this machine or its link");
    }
    return to;
  }

  private static URI parse(String text, String what) throws RegistryException {
    try {
      return new URI(text.strip().replace(" ", "%20"));
    } catch (URISyntaxException e) {
      throw RegistryException.of(RegistryException.Kind.REFUSED, "malformed " + what).build();
    }
  }

  private static String relative(URI uri) {
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return uri.getRawPath() + query;
  }

  private static boolean isHttps(URI uri) {
    return uri.getScheme().equalsIgnoreCase("https");
  }

  private static String host(URI uri) {
    return Hosts.bare(uri.getHost());
  }

  private static RegistryException refused(URI from, URI to, String what, String why) {
    return RegistryException.of(
            RegistryException.Kind.REFUSED,
            what + " of " + from.getAuthority() + " to " + redacted(to) + " " + why)
        .host(from.getAuthority())
        .build();
  }

  /** The address for messages: without user information and without the values of its query. */
  public static String redacted(URI uri) {
    StringBuilder text = new StringBuilder();
    text.append(uri.getScheme()).append("://").append(uri.getHost());
    if (uri.getPort() >= 0) {
      text.append(':').append(uri.getPort());
    }
    text.append(uri.getRawPath() == null ? "" : uri.getRawPath());
    return text.append(uri.getRawQuery() == null ? "" : "?…").toString();
  }
}
