package dev.janiko.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parser directives: the unbroken run of {@code # name=value} lines at the top of a file.
 *
 * @param all the directives, in order
 * @param escape the escape character they set, or the default
 */
record Directives(List<ParserDirective> all, char escape) {
  private static final Pattern LINE =
      Pattern.compile("#\\s*([a-zA-Z][a-zA-Z0-9]*)\\s*=\\s*(.+?)\\s*");
  private static final List<String> NAMES = List.of("syntax", "escape", "check");
  private static final char DEFAULT_ESCAPE = '\\';

  Directives {
    all = List.copyOf(all);
  }

  /**
   * Reads the top of a file.
   *
   * @throws DockerfileException if one is given twice, or the escape character is not allowed
   */
  static Directives read(List<String> lines) {
    // Below a #! line, syntax and check still count; for escape that line is a comment.
    boolean script = !lines.isEmpty() && lines.getFirst().startsWith("#!");
    List<ParserDirective> found = new ArrayList<>();
    char escape = DEFAULT_ESCAPE;
    for (int i = script ? 1 : 0; i < lines.size(); i++) {
      String text = GoText.trimLeft(PhysicalLines.withoutLineEnd(lines.get(i)));
      Matcher matcher = LINE.matcher(text);
      if (!matcher.matches()) {
        break;
      }
      String name = matcher.group(1).toLowerCase(Locale.ROOT);
      if (!NAMES.contains(name)) {
        break;
      }
      SourceRange range = SourceRange.line(i + 1);
      if (found.stream().anyMatch(directive -> directive.name().equals(name))) {
        throw DockerfileException.of(range, "only one " + name + " parser directive can be used")
            .about(matcher.group(1))
            .withHint("Remove one of them.");
      }
      String value = matcher.group(2);
      found.add(new ParserDirective(name, value, i + 1));
      if (name.equals("escape") && !script) {
        escape = escape(value, range);
      }
    }
    return new Directives(found, escape);
  }

  private static char escape(String value, SourceRange range) {
    if (!value.equals("`") && !value.equals("\\")) {
      throw DockerfileException.of(
              range, "invalid escape token '" + value + "' does not match ` or \\")
          .about(value)
          .withHint("expected: # escape=` or # escape=\\");
    }
    return value.charAt(0);
  }
}
