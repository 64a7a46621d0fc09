package dev.janiko.cli.lint;

import dev.janiko.cli.invocation.UsageException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Docker's flags of {@code build} that ask for the checks alone. */
public final class CheckFlags {
  @Option(
      names = "--check",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Check the Dockerfile and build nothing, as janiko lint --pull.")
  boolean check;

  @Option(
      names = "--call",
      paramLabel = "METHOD",
      description = "build, or check: as --check. check,format=json or sarif for programs.")
  @Nullable String call;

  /**
   * Returns how to write the findings, if checks are asked for.
   *
   * @throws UsageException if something else than a build or checks is asked for
   */
  public Optional<LintFormat> format() {
    if (call == null) {
      return check ? Optional.of(LintFormat.TEXT) : Optional.empty();
    }
    List<String> parts = List.of(call.split(",", 2));
    String method = parts.getFirst();
    if (method.equals("build") && parts.size() == 1) {
      return check ? Optional.of(LintFormat.TEXT) : Optional.empty();
    }
    if (!method.equals("check") && !method.equals("lint")) {
      throw new UsageException("--call is build or check, not " + call);
    }
    if (parts.size() == 1) {
      return Optional.of(LintFormat.TEXT);
    }
    if (!parts.get(1).startsWith("format=")) {
      throw new UsageException(
          "--call=check takes format=text, json or sarif, not " + parts.get(1));
    }
    return Optional.of(parse(parts.get(1).substring("format=".length()), "--call"));
  }

  /** Returns the format that a word names. */
  static LintFormat parse(String word, String flag) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "text" -> LintFormat.TEXT;
      case "json" -> LintFormat.JSON;
      case "sarif" -> LintFormat.SARIF;
      default -> throw new UsageException(flag + " is text, json or sarif, not " + word);
    };
  }
}
