package dev.janiko.dockerfile.check;

import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.text.GoQuote;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What {@code # check=} says.
 *
 * @param skip the titles of the rules to leave out
 * @param skipAll whether all are left out
 * @param error whether a warning fails the build
 * @param experimental the titles of experimental rules to include
 * @param experimentalAll whether all of them are included
 */
public record CheckOptions(
    Set<String> skip,
    boolean skipAll,
    boolean error,
    Set<String> experimental,
    boolean experimentalAll) {
  /** All rules but experimental ones, and no failing. */
  public static final CheckOptions DEFAULT =
      new CheckOptions(Set.of(), false, false, Set.of(), false);

  private static final int MAX_PARTS = 3;

  /** Copies the sets. */
  public CheckOptions {
    skip = Set.copyOf(skip);
    experimental = Set.copyOf(experimental);
  }

  /**
   * Reads the value of the directive or of the build argument {@code BUILDKIT_DOCKERFILE_CHECK}.
   *
   * @throws DockerfileException if an option is unknown or malformed
   */
  public static CheckOptions parse(String text) {
    CheckOptions options = DEFAULT;
    if (text.isBlank()) {
      return options;
    }
    List<String> parts = List.of(text.split(";", MAX_PARTS));
    for (String part : parts) {
      options = options.with(part.strip());
    }
    return options;
  }

  private CheckOptions with(String part) {
    int equals = part.indexOf('=');
    String name = equals < 0 ? part : part.substring(0, equals).strip();
    String value = equals < 0 ? "" : part.substring(equals + 1).strip();
    Set<String> titles = Set.copyOf(List.of(value.split("\\s*,\\s*", -1)));
    boolean all = value.equals("all");
    return switch (equals < 0 ? "" : name) {
      case "skip" -> new CheckOptions(titles, all, error, experimental, experimentalAll);
      case "experimental" -> new CheckOptions(skip, skipAll, error, titles, all);
      case "error" -> new CheckOptions(skip, skipAll, bool(value), experimental, experimentalAll);
      default -> throw failure("invalid check option " + GoQuote.quote(name)).about(part);
    };
  }

  private static boolean bool(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "1", "t", "true" -> true;
      case "0", "f", "false" -> false;
      default ->
          throw failure(
              "failed to parse check option error: strconv.ParseBool: parsing "
                  + GoQuote.quote(value)
                  + ": invalid syntax");
    };
  }

  private static DockerfileException failure(String message) {
    return DockerfileException.of("failed to parse check options: " + message)
        .withHint(
            "expected: # check=skip=<rule>,<rule>|all;error=true|false;experimental=<rule>|all");
  }

  /** Whether the rule is looked at. */
  public boolean includes(Rule rule) {
    if (rule.isExperimental() && !experimentalAll && !experimental.contains(rule.title())) {
      return false;
    }
    boolean asked = rule.isExperimental() && experimental.contains(rule.title());
    return asked || !(skipAll || skip.contains(rule.title()));
  }
}
