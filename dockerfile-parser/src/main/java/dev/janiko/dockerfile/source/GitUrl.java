package dev.janiko.dockerfile.source;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text parted into where a repository is and what is said about it.
 *
 * @param remote the text up to query and fragment
 * @param query what follows {@code ?}; empty if nothing does
 * @param fragment what follows {@code #}, decoded; empty if nothing does
 */
record GitUrl(String remote, String query, String fragment) {
  private static final Pattern SCHEME = Pattern.compile("([a-zA-Z0-9]+)://(.*)");
  private static final Pattern SCP = Pattern.compile("[a-zA-Z0-9_-]+@[a-zA-Z0-9.-]+:.*");
  private static final Pattern AUTHORITY =
      Pattern.compile("(?:[^@/\\s]*@)?(?:\\[[0-9a-fA-F:.%]+]|[^:@\\s\\[\\]<>\"]+)(?::\\d*)?");
  private static final Set<String> BY_HTTP = Set.of("http", "https");
  private static final Set<String> BY_GIT = Set.of("git", "ssh");
  private static final String SUFFIX = ".git";
  private static final int HEX = 16;

  static Optional<GitUrl> parse(String text) {
    if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)
        || text.startsWith("./")
        || text.startsWith("../")) {
      return Optional.empty();
    }
    int hash = text.indexOf('#');
    String fragment = hash < 0 ? "" : text.substring(hash + 1);
    String beforeFragment = hash < 0 ? text : text.substring(0, hash);
    int mark = beforeFragment.indexOf('?');
    String query = mark < 0 ? "" : beforeFragment.substring(mark + 1);
    String remote = mark < 0 ? beforeFragment : beforeFragment.substring(0, mark);
    Matcher scheme = SCHEME.matcher(remote);
    if (scheme.matches()) {
      boolean git = isRepository(scheme.group(1).toLowerCase(Locale.ROOT), scheme.group(2));
      return decode(git ? fragment : "%").map(it -> new GitUrl(remote, query, it));
    }
    if (remote.startsWith("github.com/")) {
      return decode(fragment).map(it -> new GitUrl(remote, query, it));
    }
    return SCP.matcher(remote).matches()
        ? Optional.of(new GitUrl(remote, query, fragment))
        : Optional.empty();
  }

  private static boolean isRepository(String scheme, String rest) {
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    if (!AUTHORITY.matcher(authority).matches() || decode(rest).isEmpty()) {
      return false;
    }
    boolean named = slash >= 0 && rest.endsWith(SUFFIX);
    return BY_HTTP.contains(scheme) ? named : BY_GIT.contains(scheme);
  }

  /** The last part of the path, without {@code .git}. */
  String shortName() {
    String last = remote.substring(remote.lastIndexOf('/') + 1);
    return last.endsWith(SUFFIX) ? last.substring(0, last.length() - SUFFIX.length()) : last;
  }

  /** The text with {@code %xx} made what it stands for; empty if it is not well-formed. */
  static Optional<String> decode(String text) {
    if (text.indexOf('%') < 0) {
      return Optional.of(text);
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer decoded = ByteBuffer.allocate(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '%') {
        decoded.put(bytes[i]);
        continue;
      }
      int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], HEX) : -1;
      int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], HEX) : -1;
      if (high < 0 || low < 0) {
        return Optional.empty();
      }
      decoded.put((byte) (high * HEX + low));
      i += 2;
    }
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString());
    } catch (CharacterCodingException _) {
      return Optional.empty();
    }
  }
}
