package dev.janiko.builder.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.janiko.dockerfile.text.UserInfo;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.util.Base64;
import java.util.Optional;

/**
 * A file on the web.
 *
 * @param uri where it is, without user information and fragment
 * @param authorization the header that the address's user information stands for, for its own
 *     server alone
 */
public record WebAddress(URI uri, Optional<String> authorization) {
  private static final String UNNAMED = "__unnamed__";

  /** Checks the parts. */
  public WebAddress {
    requireNonNull(uri, "uri is null");
  }

  /**
   * Reads an address, leniently as to characters that should be escaped.
   *
   * @throws IllegalArgumentException if it has no host, or is malformed
   */
  public static WebAddress parse(String text) {
    URI uri;
    try {
      int fragment = text.indexOf('#');
      uri = new URI(escaped(fragment < 0 ? text : text.substring(0, fragment)));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("malformed address " + UserInfo.hidden(text), e);
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("no host in the address " + UserInfo.hidden(text));
    }
    String user = uri.getRawUserInfo();
    if (user == null) {
      return new WebAddress(uri, Optional.empty());
    }
    String plain = decoded(user.contains(":") ? user : user + ":");
    String basic = "Basic " + Base64.getEncoder().encodeToString(plain.getBytes(UTF_8));
    return new WebAddress(URI.create(UserInfo.hidden(uri.toString())), Optional.of(basic));
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : text.getBytes(UTF_8)) {
      char c = (char) (b & 0xff);
      if (c <= ' ' || c > '~' || "\"<>\\^`{|}".indexOf(c) >= 0) {
        escaped.append('%').append("%02X".formatted((int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  /** The name that a file from there gets: the path's last. */
  public String fileName() {
    String path = decoded(uri.getRawPath() == null ? "" : uri.getRawPath());
    String trimmed = path.replaceAll("/+$", "");
    String name = trimmed.substring(trimmed.lastIndexOf('/') + 1);
    return name.isEmpty() || name.equals(".") || name.equals("..") ? UNNAMED : name;
  }

  /** The address for people: its query may hold secrets and is left out. */
  @Override
  public String toString() {
    String text = uri.toString();
    int query = text.indexOf('?');
    return query < 0 ? text : text.substring(0, query) + "?…";
  }
}
