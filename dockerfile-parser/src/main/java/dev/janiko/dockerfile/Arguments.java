package dev.janiko.dockerfile;

import dev.janiko.dockerfile.text.GoQuote;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The words after an instruction's name and flags, split as that instruction splits them.
 *
 * @param words the words
 * @param json whether they were a JSON array
 */
record Arguments(List<String> words, boolean json) {
  private static final Arguments NONE = new Arguments(List.of(), false);

  Arguments {
    words = List.copyOf(words);
  }

  /**
   * Splits the rest of a line.
   *
   * @param keyword the instruction
   * @param rest the rest, without blanks at its ends
   * @param escape the escape character
   */
  static Arguments split(Keyword keyword, String rest, char escape) {
    if (rest.isEmpty()) {
      return NONE;
    }
    return switch (keyword) {
      case CMD, ENTRYPOINT, RUN, SHELL -> jsonOr(rest, List.of(rest));
      case ADD, COPY, VOLUME -> jsonOr(rest, separated(rest));
      case EXPOSE, FROM -> new Arguments(separated(rest), false);
      case MAINTAINER, STOPSIGNAL, USER, WORKDIR -> new Arguments(List.of(rest), false);
      case ENV, LABEL -> pairs(keyword, rest, escape);
      case ARG -> new Arguments(words(rest, escape), false);
      case HEALTHCHECK -> healthcheck(rest);
      case ONBUILD -> NONE;
    };
  }

  private static Arguments jsonOr(String rest, List<String> otherwise) {
    return JsonStrings.parse(rest)
        .map(strings -> new Arguments(strings, true))
        .orElseGet(() -> new Arguments(otherwise, false));
  }

  private static Arguments healthcheck(String rest) {
    int end = 0;
    while (end < rest.length() && !GoText.isSpace(rest.charAt(end))) {
      end++;
    }
    String type = rest.substring(0, end);
    String command = GoText.trimLeft(rest.substring(end));
    List<String> words = new ArrayList<>();
    words.add(type);
    if (command.isEmpty()) {
      return new Arguments(words, false);
    }
    Arguments args = jsonOr(command, List.of(command));
    words.addAll(args.words());
    return new Arguments(words, args.json());
  }

  private static Arguments pairs(Keyword keyword, String rest, char escape) {
    List<String> words = words(rest, escape);
    if (words.isEmpty()) {
      return NONE;
    }
    if (words.getFirst().indexOf('=') < 0) {
      int end = separator(rest, 0);
      if (end == rest.length()) {
        throw DockerfileException.of(keyword + " must have two arguments");
      }
      String value = rest.substring(afterSeparators(rest, end));
      return new Arguments(List.of(rest.substring(0, end), value, ""), false);
    }
    List<String> triples = new ArrayList<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        throw DockerfileException.of(
                "Syntax error - can't find = in "
                    + GoQuote.quote(word)
                    + ". Must be of the form: name=value")
            .about(word);
      }
      triples.add(word.substring(0, equals));
      triples.add(word.substring(equals + 1));
      triples.add("=");
    }
    return new Arguments(triples, false);
  }

  /** The index of the next blank, or the length. */
  static int separator(String text, int from) {
    int i = from;
    while (i < text.length() && !GoText.isSeparator(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /** The index after the blanks that begin there. */
  static int afterSeparators(String text, int from) {
    int i = from;
    while (i < text.length() && GoText.isSeparator(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static List<String> separated(String rest) {
    List<String> words = new ArrayList<>();
    int start = 0;
    while (start <= rest.length()) {
      int end = separator(rest, start);
      words.add(rest.substring(start, end));
      if (end == rest.length()) {
        break;
      }
      start = afterSeparators(rest, end);
    }
    return words;
  }

  /** Words in which quotes and escapes are heeded and kept. */
  static List<String> words(String rest, char escape) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < rest.length(); i++) {
      char c = rest.charAt(i);
      boolean escapes = c == escape && quote != '\'';
      if (escapes) {
        if (i + 1 == rest.length()) {
          break;
        }
        word.append(c).append(rest.charAt(i + 1));
        i++;
      } else if (quote == 0 && GoText.isSpace(c)) {
        if (!word.isEmpty()) {
          words.add(word.toString());
          word.setLength(0);
        }
      } else {
        word.append(c);
        if (quote == 0 && (c == '\'' || c == '"')) {
          quote = c;
        } else if (quote == c) {
          quote = 0;
        }
      }
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }

  /** The leading words of a line that begin with {@code --}, and what follows them. */
  record Flags(List<String> flags, String rest) {}

  /** Parts flags from the rest; within flags quotes go and a backslash escapes. */
  static Flags flags(String line) {
    List<String> flags = new ArrayList<>();
    int i = 0;
    while (true) {
      while (i < line.length() && GoText.isSpace(line.charAt(i))) {
        i++;
      }
      if (!line.startsWith("--", i)) {
        return new Flags(flags, GoText.trim(line.substring(i)));
      }
      StringBuilder flag = new StringBuilder();
      i = flag(line, i, flag);
      if (flag.toString().equals("--")) {
        return new Flags(flags, GoText.trim(line.substring(i)));
      }
      flags.add(flag.toString());
    }
  }

  private static int flag(String line, int start, StringBuilder flag) {
    char quote = 0;
    int i = start;
    for (; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\') {
        i++;
        if (i < line.length()) {
          flag.append(line.charAt(i));
        }
      } else if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          flag.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (GoText.isSpace(c)) {
        break;
      } else {
        flag.append(c);
      }
    }
    return Math.min(i, line.length());
  }

  /** A line parted into the instruction's name, its flags and the rest. */
  record Line(String name, List<String> flags, String rest) {
    Optional<Keyword> keyword() {
      return Keyword.of(name);
    }
  }

  /** Parts a logical line. */
  static Line line(String text) {
    String line = GoText.trim(text);
    int end = separator(line, 0);
    Flags flags = flags(line.substring(end));
    return new Line(line.substring(0, end), flags.flags(), flags.rest());
  }
}
