package dev.janiko.dockerfile.text;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A git repository as ADD and build contexts name it: {@code https://host/path.git#ref:folder},
 * {@code git://…}, {@code ssh://…}, {@code user@host:path}, with the same and more in a query.
 *
 * @param remote the repository's address, with the user information it was given with
 * @param ref the branch, tag, full reference or commit; the remote's own choice if empty
 * @param subdir the folder in the repository to take instead of all of it
 * @param checksum the commit that the ref must lead to, or its beginning
 * @param keepGitDir whether {@code .git} is kept, if the query says so
 * @param submodules whether submodules are fetched too
 * @param times the times that files get
 * @param isLocalName whether it could as well be a path here: {@code github.com/…}; only contexts
 *     take that as a repository
 */
public record GitReference(
    String remote,
    Optional<String> ref,
    Optional<String> subdir,
    Optional<String> checksum,
    Optional<Boolean> keepGitDir,
    boolean submodules,
    Times times,
    boolean isLocalName) {
  private static final Pattern URL = Pattern.compile("(?i)(https?|git|ssh)://([^/?#]*)([^?#]*)");
  private static final Pattern SCP = Pattern.compile("[a-zA-Z0-9._~-]+@[^:/?#\\s]+:[^?#]*");
  private static final Pattern GITHUB = Pattern.compile("github\\.com/[^?#]*");
  private static final Pattern SUFFIX = Pattern.compile("(\\?[^#]*)?(#.*)?", Pattern.DOTALL);

  /** Which times files get. */
  public enum Times {
    /** That of the checkout. */
    CHECKOUT,
    /** That of the commit. */
    COMMIT
  }

  /** Checks the parts. */
  public GitReference {
    requireNonNull(remote, "remote is null");
    requireNonNull(times, "times is null");
  }

  /**
   * Reads a source.
   *
   * @return the repository, or empty if the text names none
   * @throws IllegalArgumentException if it names one, but what it asks of it is wrong
   */
  public static Optional<GitReference> parse(String text) {
    Optional<String> remote = remote(text);
    if (remote.isEmpty()) {
      return Optional.empty();
    }
    Matcher suffix = SUFFIX.matcher(text.substring(remote.get().length()));
    if (!suffix.matches()) {
      return Optional.empty();
    }
    Map<String, String> query = query(Optional.ofNullable(suffix.group(1)).orElse("?"));
    String fragment = Optional.ofNullable(suffix.group(2)).orElse("#").substring(1);
    int colon = fragment.indexOf(':');
    String ref = decoded(colon < 0 ? fragment : fragment.substring(0, colon), false);
    String subdir = colon < 0 ? "" : decoded(fragment.substring(colon + 1), false);
    return Optional.of(
        new GitReference(
            remote.get(),
            some(ref(ref, query)),
            some(query.getOrDefault("subdir", subdir)),
            some(checksum(query)),
            Optional.ofNullable(query.get("keep-git-dir"))
                .map(value -> flag("keep-git-dir", value)),
            !query.containsKey("submodules") || flag("submodules", query.get("submodules")),
            times(query.getOrDefault("mtime", "checkout")),
            GITHUB.matcher(remote.get()).matches()));
  }

  /** The part before query and fragment, if it is the address of a repository. */
  private static Optional<String> remote(String text) {
    Matcher url = URL.matcher(text);
    if (url.lookingAt()) {
      boolean web = url.group(1).toLowerCase(Locale.ROOT).startsWith("http");
      boolean named = !url.group(2).isEmpty() && (!web || url.group(3).endsWith(".git"));
      return named ? Optional.of(url.group()) : Optional.empty();
    }
    Matcher github = GITHUB.matcher(text);
    if (github.lookingAt()) {
      return Optional.of(github.group());
    }
    Matcher scp = SCP.matcher(text);
    return scp.lookingAt() ? Optional.of(scp.group()) : Optional.empty();
  }

  private static Map<String, String> query(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String pair : text.substring(1).split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals), true);
      String value = equals < 0 ? "" : decoded(pair.substring(equals + 1), true);
      switch (name) {
        case "ref", "tag", "branch", "subdir", "checksum", "commit", "keep-git-dir", "submodules" ->
            values.put(name, value);
        case "mtime" -> values.put(name, value);
        case "fetch-by-commit" -> flag(name, value);
        default -> throw new IllegalArgumentException("unexpected query \"" + name + "\"");
      }
    }
    return values;
  }

  private static String ref(String fragment, Map<String, String> query) {
    if (query.containsKey("tag") && query.containsKey("branch")) {
      throw new IllegalArgumentException("branch conflicts with tag");
    }
    String ref = fragment;
    ref = same(ref, query.getOrDefault("ref", ""));
    ref = same(ref, full("refs/tags/", query.getOrDefault("tag", "")));
    return same(ref, full("refs/heads/", query.getOrDefault("branch", "")));
  }

  private static String full(String prefix, String name) {
    return name.isEmpty() || name.startsWith(prefix) ? name : prefix + name;
  }

  private static String same(String one, String other) {
    if (!one.isEmpty() && !other.isEmpty() && !one.equals(other)) {
      throw new IllegalArgumentException("ref conflicts: \"" + one + "\" and \"" + other + "\"");
    }
    return other.isEmpty() ? one : other;
  }

  private static String checksum(Map<String, String> query) {
    String checksum = query.getOrDefault("checksum", "");
    String commit = query.getOrDefault("commit", "");
    if (!checksum.isEmpty() && !commit.isEmpty() && !checksum.equals(commit)) {
      throw new IllegalArgumentException("commit conflicts with checksum");
    }
    return checksum.isEmpty() ? commit : checksum;
  }

  private static boolean flag(String name, @Nullable String value) {
    return switch (value == null ? "" : value) {
      case "", "1", "t", "T", "true", "True", "TRUE" -> true;
      case "0", "f", "F", "false", "False", "FALSE" -> false;
      default -> throw new IllegalArgumentException("invalid " + name + " value: " + value);
    };
  }

  private static Times times(String value) {
    return switch (value) {
      case "checkout" -> Times.CHECKOUT;
      case "commit" -> Times.COMMIT;
      default -> throw new IllegalArgumentException("invalid mtime value: " + value);
    };
  }

  private static Optional<String> some(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** Decodes what {@code %} escapes; what is no escape stays as it is. */
  private static String decoded(String text, boolean plusIsSpace) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < raw.length; i++) {
      int high = i + 2 <= raw.length - 1 ? Character.digit(raw[i + 1], 16) : -1;
      int low = i + 2 <= raw.length - 1 ? Character.digit(raw[i + 2], 16) : -1;
      if (raw[i] == '%' && high >= 0 && low >= 0) {
        bytes.write(high * 16 + low);
        i += 2;
      } else {
        bytes.write(raw[i] == '+' && plusIsSpace ? ' ' : raw[i]);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** The repository's own name, without folders and {@code .git}. */
  public String shortName() {
    String name = remote.substring(Math.max(remote.lastIndexOf('/'), remote.lastIndexOf(':')) + 1);
    return name.endsWith(".git") ? name.substring(0, name.length() - ".git".length()) : name;
  }

  /** The same of another branch, tag or commit. */
  public GitReference withRef(String other) {
    return new GitReference(
        remote, Optional.of(other), subdir, checksum, keepGitDir, submodules, times, isLocalName);
  }

  /** The same at another address. */
  public GitReference withRemote(String other) {
    return new GitReference(other, ref, subdir, checksum, keepGitDir, submodules, times, false);
  }

  /** The same, but only if it is at this commit, told by its hash or the hash's beginning. */
  public GitReference withChecksum(String commit) {
    return new GitReference(
        remote, ref, subdir, Optional.of(commit), keepGitDir, submodules, times, isLocalName);
  }

  /** Whether the remote is reached by ssh. */
  public boolean isSsh() {
    return !isLocalName
        && (remote.regionMatches(true, 0, "ssh://", 0, 6) || !remote.contains("://"));
  }

  /** The address without its user information, for people. */
  public String shown() {
    return UserInfo.hidden(remote);
  }

  /** The reference for people, without user information. */
  @Override
  public String toString() {
    return shown() + ref.map(name -> "#" + name).orElse("");
  }
}
