package dev.janiko.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.dockerfile.check.BuildChecks;
import dev.janiko.dockerfile.check.CheckContext;
import dev.janiko.dockerfile.pattern.GlobPattern;
import dev.janiko.dockerfile.pattern.IgnoreFile;
import dev.janiko.dockerfile.pattern.PatternException;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import dev.janiko.dockerfile.text.ExposedPorts;
import dev.janiko.dockerfile.text.GitReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Judges the module by tables of how BuildKit behaves, which are not part of the project. Run with
 * {@code -Dgroups=vectors -Djaniko.vectors=<folder>}.
 */
@Tag("vectors")
final class VectorsTest {
  private final List<String> failures = new ArrayList<>();

  private static List<Map<String, @Nullable Object>> rows(String file) throws IOException {
    String folder = System.getProperty("janiko.vectors");
    return JsonLines.read(
        Path.of(Objects.requireNonNull(folder, "-Djaniko.vectors is not given"), file));
  }

  private static String string(Map<String, @Nullable Object> row, String key) {
    return Objects.toString(row.get(key), "");
  }

  @SuppressWarnings("unchecked") // The reader makes nothing but such maps and lists.
  private static List<Map<String, @Nullable Object>> objects(
      Map<String, @Nullable Object> row, String key) {
    Object value = row.get(key);
    return value == null ? List.of() : (List<Map<String, @Nullable Object>>) value;
  }

  @SuppressWarnings("unchecked") // As above.
  private static List<String> strings(Map<String, @Nullable Object> row, String key) {
    Object value = row.get(key);
    return value == null ? List.of() : (List<String>) value;
  }

  @SuppressWarnings("unchecked") // As above.
  private static Map<String, @Nullable Object> object(
      Map<String, @Nullable Object> row, String key) {
    Object value = row.get(key);
    return value == null ? Map.of() : (Map<String, @Nullable Object>) value;
  }

  private void check(String what, @Nullable Object actual, @Nullable Object expected) {
    if (!Objects.equals(actual, expected)) {
      failures.add(what + "\n  expected " + expected + "\n  but was  " + actual);
    }
  }

  @Test
  void firstPassReadsNodesAsBuildKit() throws IOException {
    for (Map<String, @Nullable Object> row : rows("parses.jsonl")) {
      String text = string(row, "dockerfile");
      try {
        List<Node> nodes = DockerfileParser.nodes(text);
        check(text, render(nodes), expectedNodes(row));
        check(text, Directives.read(PhysicalLines.of(text)).escape() + "", string(row, "escape"));
      } catch (DockerfileException e) {
        check(text, e.getMessage(), row.get("parse_error"));
      }
    }
    assertThat(failures).isEmpty();
  }

  private static String render(List<Node> nodes) {
    StringBuilder out = new StringBuilder();
    for (Node node : nodes) {
      out.append(node.keyword())
          .append(node.range())
          .append(node.source().original())
          .append(node.flags())
          .append(node.args())
          .append(node.json())
          .append(node.heredocs())
          .append(node.source().comments())
          .append('\n');
    }
    return out.toString();
  }

  private static String expectedNodes(Map<String, @Nullable Object> row) {
    StringBuilder out = new StringBuilder();
    for (Map<String, @Nullable Object> node : objects(row, "nodes")) {
      List<Heredoc> heredocs = new ArrayList<>();
      for (Map<String, @Nullable Object> heredoc : objects(node, "heredocs")) {
        heredocs.add(
            new Heredoc(
                string(heredoc, "name"),
                // The table's texts have lost their carriage returns, the contents have not.
                string(heredoc, "content").replace("\r", ""),
                string(heredoc, "expand").equals("true"),
                string(heredoc, "chomp").equals("true"),
                Long.parseLong(string(heredoc, "fd"))));
      }
      int start = Integer.parseInt(string(node, "start"));
      int end = Integer.parseInt(string(node, "end"));
      out.append(string(node, "value"))
          .append(new SourceRange(start, end))
          .append(string(node, "original"))
          .append(strings(node, "flags"))
          .append(strings(node, "args"))
          .append(string(node, "attributes").contains("json"))
          .append(heredocs)
          .append(strings(node, "comments"))
          .append('\n');
    }
    return out.toString();
  }

  @Test
  void secondPassReadsStagesAndErrorsAsBuildKit() throws IOException {
    for (Map<String, @Nullable Object> row : rows("parses.jsonl")) {
      String text = string(row, "dockerfile");
      try {
        Dockerfile dockerfile = DockerfileParser.parse(text, "Dockerfile");
        check(text, null, row.get("parse_error"));
        check(text, null, row.get("instr_error"));
        if (row.containsKey("stages")) {
          // Absent where BuildKit itself failed on a check comment.
          check(text, render(dockerfile), expectedStages(row));
        }
      } catch (DockerfileException e) {
        Object expected = row.get("parse_error");
        expected = expected == null ? row.get("instr_error") : expected;
        expected = expected == null ? row.get("convert_error") : expected;
        check(text, e.getMessage(), expected);
      }
    }
    assertThat(failures).isEmpty();
  }

  private static String render(Dockerfile dockerfile) {
    StringBuilder out = new StringBuilder();
    dockerfile.globalArgs().forEach(arg -> out.append(arg.original().strip()).append('\n'));
    for (Stage stage : dockerfile.stages()) {
      out.append(stage.name().orElse(""))
          .append('|')
          .append(stage.from().image())
          .append('|')
          .append(stage.from().platform().orElse(""))
          .append('\n');
      for (Instruction instruction : stage.instructions()) {
        out.append(instruction.kind())
            .append(' ')
            .append(instruction.original().strip())
            .append('\n');
      }
    }
    return out.toString();
  }

  private static String expectedStages(Map<String, @Nullable Object> row) {
    StringBuilder out = new StringBuilder();
    strings(row, "meta_args").forEach(arg -> out.append(arg).append('\n'));
    for (Map<String, @Nullable Object> stage : objects(row, "stages")) {
      out.append(string(stage, "name"))
          .append('|')
          .append(string(stage, "base"))
          .append('|')
          .append(string(stage, "platform"))
          .append('\n');
      List<String> types = strings(stage, "types");
      List<String> commands = strings(stage, "commands");
      for (int i = 0; i < types.size(); i++) {
        out.append(types.get(i)).append(' ').append(commands.get(i)).append('\n');
      }
    }
    return out.toString();
  }

  @Test
  void readsGitReferencesAsBuildKit() throws IOException {
    for (Map<String, @Nullable Object> row : rows("table_gitref.jsonl")) {
      if (string(row, "func").equals("TestParseGitRef")) {
        Map<String, @Nullable Object> given = object(row, "case");
        String read = rendered(string(given, "ref"));
        if (given.containsKey("err")) {
          check(string(given, "ref"), read.startsWith(string(given, "err")), true);
        } else {
          check(string(given, "ref"), read, expectedGit(given));
        }
      }
    }
    assertThat(failures).isEmpty();
  }

  private static String rendered(String text) {
    Map<String, Object> parts = new TreeMap<>();
    try {
      Optional<GitReference> parsed = GitReference.parse(text);
      if (parsed.isEmpty()) {
        return "none";
      }
      GitReference git = parsed.get();
      parts.put("Remote", git.remote());
      parts.put("ShortName", git.shortName());
      git.ref().ifPresent(ref -> parts.put("Ref", ref));
      git.subdir().ifPresent(subdir -> parts.put("SubDir", subdir));
      git.checksum().ifPresent(checksum -> parts.put("Checksum", checksum));
      return parts.toString();
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Told by their parts: what is derived from the address, and what is for its fetching. */
  private static Object expectedGit(Map<String, @Nullable Object> given) {
    if (given.get("expected") == null) {
      return "none";
    }
    Map<String, @Nullable Object> parts = new TreeMap<>(object(given, "expected"));
    parts.keySet().retainAll(Set.of("Remote", "ShortName", "Ref", "SubDir", "Checksum"));
    return parts.toString();
  }

  @Test
  void expandsWordsAsBuildKit() throws IOException {
    Variables variables =
        Variables.of(
            Map.of("PWD", "/home", "SHELL", "bash", "KOREAN", "\ud55c\uad6d\uc5b4", "NULL", ""));
    for (Map<String, @Nullable Object> row : rows("shell_envVarTest.jsonl")) {
      if (!string(row, "platform").equals("W")) {
        String source = string(row, "source");
        check(source, expanded(source, variables), string(row, "expected"));
      }
    }
    for (Map<String, @Nullable Object> row : rows("table_shell_lex.jsonl")) {
      if (string(row, "func").equals("TestProcessWithMatches")) {
        Map<String, @Nullable Object> example = object(row, "case");
        Map<String, String> env = new LinkedHashMap<>();
        object(example, "envs").forEach((name, value) -> env.put(name, String.valueOf(value)));
        String input = string(example, "input");
        String expected =
            example.get("expectedErr") != null ? "error" : string(example, "expected");
        check(input, expanded(input, Variables.of(env)), expected);
        if (!expected.equals("error")) {
          Expansion expansion = new Expander('\\').process(input, Variables.of(env));
          check(input, expansion.unmatched(), object(example, "unmatched").keySet());
        }
      }
    }
    assertThat(failures).isEmpty();
  }

  private static String expanded(String word, Variables variables) {
    try {
      return new Expander('\\').expand(word, variables);
    } catch (DockerfileException _) {
      return "error";
    }
  }

  @Test
  void readsHeredocsAndWordsAsBuildKit() throws IOException {
    for (Map<String, @Nullable Object> row : rows("table_misc.jsonl")) {
      switch (string(row, "func")) {
        case "TestHeredocsFromLine" -> {
          Map<String, @Nullable Object> example = object(row, "case");
          String line = string(example, "line");
          List<String> names = HeredocWord.ofLine(line).stream().map(HeredocWord::name).toList();
          check(line, names, strings(example, "heredocNames"));
        }
        case "TestParseWords" -> {
          Map<String, @Nullable Object> example = object(row, "case");
          String input = strings(example, "input").getFirst();
          check(input, Arguments.words(input, '\\'), strings(example, "expect"));
        }
        case "" ->
            check(
                string(row, "key"),
                JsonStrings.parse(string(row, "key")),
                Optional.of(strings(row, "case")));
        default -> {
          // Not the parser's.
        }
      }
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void matchesIgnorePatternsAsMoby() throws IOException {
    for (Map<String, @Nullable Object> row : rows("table_patternmatcher.jsonl")) {
      List<String> example =
          ((List<?>) Objects.requireNonNull(row.get("case")))
              .stream().map(String::valueOf).toList();
      List<?> raw = (List<?>) Objects.requireNonNull(row.get("case"));
      switch (string(row, "func")) {
        case "TestMatches" -> {
          List<String> patterns =
              raw.getFirst() instanceof List<?> list
                  ? list.stream().map(String::valueOf).toList()
                  : List.of(example.getFirst());
          PatternMatcher matcher = PatternMatcher.of(patterns);
          String path = example.get(1);
          check(example + " whole", matcher.matchesOrParentMatches(path), raw.get(2));
          check(example + " walk", walk(matcher, path), raw.get(2));
        }
        case "TestCleanPatternsErrorSingleException" ->
            check(
                example + "",
                matched(example.get(0), example.get(1)),
                "null".equals(example.get(3)) ? example.get(2) : "error");
        default -> {
          // How moby compiles a pattern is its own affair.
        }
      }
    }
    assertThat(failures).isEmpty();
  }

  private static String matched(String pattern, String path) {
    try {
      boolean glob = GlobPattern.of(pattern).matches(path);
      boolean whole = PatternMatcher.of(List.of(pattern)).matchesOrParentMatches(path);
      // A file's parents count only for the matcher.
      return String.valueOf(pattern.equals("a*") ? whole : glob);
    } catch (PatternException _) {
      return "error";
    }
  }

  private static boolean walk(PatternMatcher matcher, String path) {
    PatternMatcher.Match match = matcher.root();
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      match = matcher.match(path.substring(0, slash), match);
    }
    boolean named = path.endsWith("/") && path.length() > 1;
    return named ? match.matched() : matcher.match(path, match).matched();
  }

  @Test
  void readsPortsAsBuildKit() throws IOException {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>(rows("table_expose.jsonl"));
    for (Map<String, @Nullable Object> row : rows) {
      Map<String, @Nullable Object> example = object(row, "case");
      String spec = string(example, "spec");
      String actual;
      try {
        actual = ExposedPorts.parse(spec).toString();
      } catch (IllegalArgumentException e) {
        actual = e.getMessage();
      }
      String expected = string(example, "expError");
      check(spec, actual, expected.isEmpty() ? strings(example, "expected").toString() : expected);
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void printsBackAllThatParses() throws IOException {
    for (Map<String, @Nullable Object> row : rows("parses.jsonl")) {
      String text = string(row, "dockerfile");
      if (row.containsKey("stages")) {
        try {
          Dockerfile dockerfile = DockerfileParser.parse(text, "Dockerfile");
          Dockerfile again = DockerfileParser.parse(dockerfile.print(), "Dockerfile");
          check(text, Trees.describe(again), Trees.describe(dockerfile));
        } catch (DockerfileException e) {
          check(text, e.getMessage(), row.get("convert_error"));
        }
      }
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void warnsAsBuildKit() throws IOException {
    for (Map<String, @Nullable Object> row : rows("lint.jsonl")) {
      String text = "";
      String ignore = "";
      for (Map<String, @Nullable Object> file : objects(row, "files")) {
        switch (string(file, "path")) {
          case "Dockerfile" -> text = string(file, "data");
          case ".dockerignore" -> ignore = string(file, "data");
          default -> {
            // Another file of the context.
          }
        }
      }
      boolean partial = row.containsKey("partial") || text.isEmpty();
      boolean unnamed =
          objects(row, "warnings").stream().anyMatch(it -> !it.containsKey("RuleName"));
      if (partial || unnamed) {
        continue;
      }
      try {
        check(text, warnings(row, text, ignore), expectedWarnings(row));
      } catch (DockerfileException e) {
        check(text, strings(row, "err_contains").contains(e.getMessage()), true);
      }
    }
    assertThat(failures).isEmpty();
  }

  private static List<String> warnings(
      Map<String, @Nullable Object> row, String text, String ignore) {
    Map<String, String> args = new LinkedHashMap<>();
    object(row, "attrs")
        .forEach((name, value) -> args.put(name.replace("build-arg:", ""), String.valueOf(value)));
    Dockerfile dockerfile = DockerfileParser.parse(text, "Dockerfile");
    CheckContext context =
        new CheckContext(
            Optional.of(String.valueOf(dockerfile.stages().size() - 1)),
            args,
            PatternMatcher.of(IgnoreFile.parse(ignore)),
            _ -> Optional.of(Set.of("PATH")));
    return BuildChecks.of(dockerfile, context).run().stream()
        .map(it -> it + it.rule().description() + it.rule().url())
        .sorted()
        .toList();
  }

  private static List<String> expectedWarnings(Map<String, @Nullable Object> row) {
    return objects(row, "warnings").stream()
        .map(it ->
            string(it, "RuleName")
                + ": "
                + string(it, "Detail")
                + " (line "
                + string(it, "Line")
                + ")"
                + string(it, "Description")
                + string(it, "URL"))
        .sorted()
        .toList();
  }

  @Test
  void warnsOnParsedFilesAsBuildKit() throws IOException {
    for (Map<String, @Nullable Object> row : rows("parses.jsonl")) {
      if (!row.containsKey("image") || row.containsKey("convert_error")) {
        continue;
      }
      String text = string(row, "dockerfile");
      List<String> expected =
          objects(row, "lint").stream()
              .map(it ->
                  string(it, "rule")
                      + ": "
                      + string(it, "msg")
                      + " (line "
                      + string(it, "line")
                      + ")")
              .sorted()
              .toList();
      Dockerfile dockerfile = DockerfileParser.parse(text, "Dockerfile");
      CheckContext context =
          new CheckContext(
              Optional.of(String.valueOf(dockerfile.stages().size() - 1)),
              Map.of(),
              PatternMatcher.of(List.of()),
              _ -> Optional.of(Set.of("PATH")));
      List<String> actual =
          BuildChecks.of(dockerfile, context).run().stream()
              .map(Object::toString)
              .sorted()
              .toList();
      check(text, actual, expected);
    }
    assertThat(failures).isEmpty();
  }
}
