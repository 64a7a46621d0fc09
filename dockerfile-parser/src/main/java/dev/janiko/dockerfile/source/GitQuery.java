package dev.janiko.dockerfile.source;

import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.source.GitReference.Options;
import dev.janiko.dockerfile.source.GitReference.Times;
import dev.janiko.dockerfile.text.GoQuote;
import dev.janiko.dockerfile.text.Suggestion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What query and fragment of a reference say together. */
final class GitQuery {
  private static final List<String> KEYS =
      List.of(
          "ref",
          "tag",
          "branch",
          "subdir",
          "checksum",
          "commit",
          "keep-git-dir",
          "submodules",
          "mtime",
          "fetch-by-commit");
  private static final String TAGS = "refs/tags/";
  private static final String BRANCHES = "refs/heads/";

  private final Map<String, String> values;

  private GitQuery(Map<String, String> values) {
    this.values = values;
  }

  static GitReference read(GitUrl url) {
    GitQuery query = new GitQuery(values(url.query()));
    int colon = url.fragment().indexOf(':');
    String ref = colon < 0 ? url.fragment() : url.fragment().substring(0, colon);
    String folder = colon < 0 ? "" : url.fragment().substring(colon + 1);
    return new GitReference(
        url.remote(),
        url.shortName(),
        query.ref(ref),
        agreed("checksum", query.value("checksum"), query.value("commit")),
        agreed("subdir", folder, query.value("subdir")),
        new Options(
            query.bool("keep-git-dir"),
            query.bool("submodules"),
            query.times(),
            query.bool("fetch-by-commit").orElse(false)));
  }

  private static Map<String, String> values(String query) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String part : query.split("&", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      String key = decoded(equals < 0 ? part : part.substring(0, equals));
      String value = equals < 0 ? "" : decoded(part.substring(equals + 1));
      if (!KEYS.contains(key)) {
        throw DockerfileException.of(
                "unexpected query "
                    + GoQuote.quote(key)
                    + Suggestion.hint(Suggestion.nearest(key, KEYS)))
            .withHint("known are " + String.join(", ", KEYS));
      }
      if (values.put(key, value) != null) {
        throw DockerfileException.of("query " + GoQuote.quote(key) + " has multiple values");
      }
    }
    return values;
  }

  private static String decoded(String text) {
    return GitUrl.decode(text.replace('+', ' '))
        .orElseThrow(() -> DockerfileException.of("malformed query " + GoQuote.quote(text)));
  }

  private String value(String key) {
    String value = values.get(key);
    if (value != null && value.isEmpty()) {
      throw DockerfileException.of("query " + GoQuote.quote(key) + " has no value");
    }
    return value == null ? "" : value;
  }

  private String ref(String fragment) {
    String ref = agreed("ref", fragment, value("ref"));
    String tag = full(TAGS, value("tag"));
    String branch = full(BRANCHES, value("branch"));
    if (!tag.isEmpty() && !branch.isEmpty()) {
      throw DockerfileException.of("branch conflicts with tag");
    }
    return agreed("ref", ref, tag + branch);
  }

  private static String full(String prefix, String name) {
    return name.isEmpty() || name.startsWith(prefix) ? name : prefix + name;
  }

  /** The one of two that is said; both may say the same. */
  private static String agreed(String what, String one, String other) {
    if (!one.isEmpty() && !other.isEmpty() && !one.equals(other)) {
      throw DockerfileException.of(
          what + " conflicts: " + GoQuote.quote(one) + " vs " + GoQuote.quote(other));
    }
    return one.isEmpty() ? other : one;
  }

  private Optional<Boolean> bool(String key) {
    return Optional.ofNullable(values.get(key))
        .map(value ->
            switch (value) {
              case "", "1", "t", "T", "true", "TRUE", "True" -> true;
              case "0", "f", "F", "false", "FALSE", "False" -> false;
              default -> throw invalid(key, value, "true or false");
            });
  }

  private Optional<Times> times() {
    String value = value("mtime");
    return switch (value) {
      case "" -> Optional.empty();
      case "checkout" -> Optional.of(Times.CHECKOUT);
      case "commit" -> Optional.of(Times.COMMIT);
      default -> throw invalid("mtime", value, "checkout or commit");
    };
  }

  private static DockerfileException invalid(String key, String value, String expected) {
    return DockerfileException.of("invalid " + key + " value: " + GoQuote.quote(value))
        .withHint("expected: " + expected);
  }
}
