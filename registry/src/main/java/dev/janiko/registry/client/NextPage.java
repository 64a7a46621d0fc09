package dev.janiko.registry.client;

import dev.janiko.registry.RegistryException;
import dev.janiko.registry.transport.HttpAnswer;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a list goes on that a registry gives in pages (RFC 8288, {@code Link}). */
final class NextPage {
  private static final Pattern NEXT = Pattern.compile("\\s*<([^>]*)>\\s*;.*\\brel=\"?next\"?.*");

  private NextPage() {}

  /**
   * The next page as a target of calls to the same registry, whatever host the link names: it is
   * asked for with our credentials.
   *
   * @throws RegistryException if it is no address of a registry
   */
  static Optional<String> of(HttpAnswer answer) throws RegistryException {
    for (String link : answer.headers("Link")) {
      Matcher matcher = NEXT.matcher(link);
      if (matcher.matches()) {
        return Optional.of(target(answer.uri(), matcher.group(1)));
      }
    }
    return Optional.empty();
  }

  private static String target(URI from, String link) throws RegistryException {
    URI next;
    try {
      next = from.resolve(link);
    } catch (IllegalArgumentException e) {
      throw RegistryException.invalid("a list goes on at no address", e);
    }
    String path = String.valueOf(next.getRawPath());
    if (!path.startsWith("/v2/")) {
      throw RegistryException.invalid("a list goes on at " + path);
    }
    return next.getRawQuery() == null ? path : path + "?" + next.getRawQuery();
  }
}
