package dev.janiko.dockerfile.pattern;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** How {@code .dockerignore} files are read. */
public final class IgnoreFile {
  private static final String BYTE_ORDER_MARK = "\ufeff";

  private IgnoreFile() {}

  /** The patterns of a file in UTF-8, as {@link #parse(String)}. */
  public static List<String> parse(byte[] bytes) {
    return parse(new String(bytes, StandardCharsets.UTF_8));
  }

  /**
   * The patterns of a file, in order: without comments and blank lines, cleaned, relative to the
   * context. Nothing is wrong at this point; {@link PatternMatcher} judges the patterns.
   */
  public static List<String> parse(String text) {
    requireNonNull(text, "text is null");
    String plain = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    List<String> patterns = new ArrayList<>();
    for (String line : plain.split("\n", -1)) {
      String pattern = line.strip();
      if (line.startsWith("#") || pattern.isEmpty()) {
        continue;
      }
      boolean negated = pattern.startsWith("!");
      String path = negated ? pattern.substring(1).strip() : pattern;
      patterns.add((negated ? "!" : "") + normalized(path));
    }
    return List.copyOf(patterns);
  }

  private static String normalized(String path) {
    if (path.isEmpty()) {
      return path;
    }
    String clean = SlashPath.clean(path);
    return clean.length() > 1 && clean.startsWith("/") ? clean.substring(1) : clean;
  }
}
