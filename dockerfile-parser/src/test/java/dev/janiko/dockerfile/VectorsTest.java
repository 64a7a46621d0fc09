package dev.janiko.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.dockerfile.check.BaseFacts;
import dev.janiko.dockerfile.check.BuildChecks;
import dev.janiko.dockerfile.check.CheckContext;
import dev.janiko.dockerfile.pattern.GlobPattern;
import dev.janiko.dockerfile.pattern.IgnoreFile;
import dev.janiko.dockerfile.pattern.PatternException;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Judges the module by tables of how BuildKit behaves, which are not part of the project. Run with
 * {@code -Dgroups=vectors -Djaniko.vectors=<folder>}.
 */
@Tag("vectors")
final class VectorsTest {
  private final Vectors vectors = new Vectors();

  @AfterAll
  static void tellWhatWasJudged() {
    System.out.print(Vectors.summary());
  }

  @Test
  void firstPassReadsNodesAsBuildKit() throws IOException {
    vectors.judge(
        "parses.jsonl",
        "nodes",
        row -> {
          String text = Vectors.string(row, "dockerfile");
          try {
            List<Node> nodes = DockerfileParser.nodes(text);
            vectors.check(text, render(nodes), expectedNodes(row));
            vectors.check(
                text,
                Directives.read(PhysicalLines.of(text)).escape() + "",
                Vectors.string(row, "escape"));
          } catch (DockerfileException e) {
            vectors.check(text, e.getMessage(), row.get("parse_error"));
          }
          return true;
        });
    assertThat(vectors.failures()).isEmpty();
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
    for (Map<String, @Nullable Object> node : Vectors.objects(row, "nodes")) {
      List<Heredoc> heredocs = new ArrayList<>();
      for (Map<String, @Nullable Object> heredoc : Vectors.objects(node, "heredocs")) {
        heredocs.add(
            new Heredoc(
                Vectors.string(heredoc, "name"),
                // The table's texts have lost their carriage returns, the contents have not.
                Vectors.string(heredoc, "content").replace("\r", ""),
                Vectors.string(heredoc, "expand").equals("true"),
                Vectors.string(heredoc, "chomp").equals("true"),
                Long.parseLong(Vectors.string(heredoc, "fd"))));
      }
      int start = Integer.parseInt(Vectors.string(node, "start"));
      int end = Integer.parseInt(Vectors.string(node, "end"));
      out.append(Vectors.string(node, "value"))
          .append(new SourceRange(start, end))
          .append(Vectors.string(node, "original"))
          .append(Vectors.strings(node, "flags"))
          .append(Vectors.strings(node, "args"))
          .append(Vectors.string(node, "attributes").contains("json"))
          .append(heredocs)
          .append(Vectors.strings(node, "comments"))
          .append('\n');
    }
    return out.toString();
  }

  @Test
  void secondPassReadsStagesAndErrorsAsBuildKit() throws IOException {
    vectors.judge(
        "parses.jsonl",
        "stages and errors",
        row -> {
          String text = Vectors.string(row, "dockerfile");
          try {
            Dockerfile dockerfile = DockerfileParser.parse(text, "Dockerfile");
            vectors.check(text, null, row.get("parse_error"));
            vectors.check(text, null, row.get("instr_error"));
            if (row.containsKey("stages")) {
              // Absent where BuildKit itself failed on a check comment.
              vectors.check(text, render(dockerfile), expectedStages(row));
            }
          } catch (DockerfileException e) {
            Object expected = row.get("parse_error");
            expected = expected == null ? row.get("instr_error") : expected;
            expected = expected == null ? row.get("convert_error") : expected;
            vectors.check(text, e.getMessage(), expected);
          }
          return true;
        });
    assertThat(vectors.failures()).isEmpty();
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
    Vectors.strings(row, "meta_args").forEach(arg -> out.append(arg).append('\n'));
    for (Map<String, @Nullable Object> stage : Vectors.objects(row, "stages")) {
      out.append(Vectors.string(stage, "name"))
          .append('|')
          .append(Vectors.string(stage, "base"))
          .append('|')
          .append(Vectors.string(stage, "platform"))
          .append('\n');
      List<String> types = Vectors.strings(stage, "types");
      List<String> commands = Vectors.strings(stage, "commands");
      for (int i = 0; i < types.size(); i++) {
        out.append(types.get(i)).append(' ').append(commands.get(i)).append('\n');
      }
    }
    return out.toString();
  }

  @Test
  void expandsWordsAsBuildKit() throws IOException {
    Variables variables =
        Variables.of(
            Map.of("PWD", "/home", "SHELL", "bash", "KOREAN", "\ud55c\uad6d\uc5b4", "NULL", ""));
    vectors.judge(
        "shell_envVarTest.jsonl",
        "expansion",
        row -> {
          String source = Vectors.string(row, "source");
          // Windows has variables of any case.
          boolean here = !Vectors.string(row, "platform").equals("W");
          if (here) {
            vectors.check(source, expanded(source, variables), Vectors.string(row, "expected"));
          }
          return here;
        });
    vectors.judge(
        "table_shell_lex.jsonl",
        "expansion",
        row -> {
          boolean words = Vectors.string(row, "func").equals("TestProcessWithMatches");
          if (words) {
            Map<String, @Nullable Object> example = Vectors.object(row, "case");
            Map<String, String> env = new LinkedHashMap<>();
            Vectors.object(example, "envs")
                .forEach((name, value) -> env.put(name, String.valueOf(value)));
            String input = Vectors.string(example, "input");
            String expected =
                example.get("expectedErr") != null ? "error" : Vectors.string(example, "expected");
            vectors.check(input, expanded(input, Variables.of(env)), expected);
            if (!expected.equals("error")) {
              Expansion expansion = new Expander('\\').process(input, Variables.of(env));
              vectors.check(
                  input, expansion.unmatched(), Vectors.object(example, "unmatched").keySet());
            }
          }
          // The rest are how BuildKit turns a pattern into a regular expression, and rows of no
          // input.
          return words;
        });
    assertThat(vectors.failures()).isEmpty();
  }

  private static String expanded(String word, Variables variables) {
    try {
      return new Expander('\\').expand(word, variables);
    } catch (DockerfileException _) {
      return "error";
    }
  }

  @Test
  void matchesIgnorePatternsAsMoby() throws IOException {
    vectors.judge(
        "table_patternmatcher.jsonl",
        "matches",
        row -> {
          List<String> example =
              ((List<?>) Objects.requireNonNull(row.get("case")))
                  .stream().map(String::valueOf).toList();
          List<?> raw = (List<?>) Objects.requireNonNull(row.get("case"));
          switch (Vectors.string(row, "func")) {
            case "TestMatches" -> {
              List<String> patterns =
                  raw.getFirst() instanceof List<?> list
                      ? list.stream().map(String::valueOf).toList()
                      : List.of(example.getFirst());
              PatternMatcher matcher = PatternMatcher.of(patterns);
              String path = example.get(1);
              vectors.check(example + " whole", matcher.matchesOrParentMatches(path), raw.get(2));
              vectors.check(example + " walk", walk(matcher, path), raw.get(2));
            }
            case "TestCleanPatternsErrorSingleException" ->
                vectors.check(
                    example + "",
                    matched(example.get(0), example.get(1)),
                    "null".equals(example.get(3)) ? example.get(2) : "error");
            default -> compiled(example);
          }
          return true;
        });
    assertThat(vectors.failures()).isEmpty();
  }

  /** How moby compiles a pattern is its own affair; what its expression matches is not. */
  private void compiled(List<String> example) {
    if (!example.get(1).equals("@regexpMatch")) {
      return;
    }
    String pattern = example.getFirst();
    Pattern expression = Pattern.compile(example.get(2));
    PatternMatcher matcher = PatternMatcher.of(List.of(pattern));
    Random random = new Random(pattern.hashCode());
    for (int i = 0; i < 500; i++) {
      String path = Paths.like(pattern, random);
      boolean expected = false;
      for (int end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
        expected |= expression.matcher(path.substring(0, end)).matches();
      }
      expected |= expression.matcher(path).matches();
      vectors.check(pattern + " on " + path, matcher.matchesOrParentMatches(path), expected);
    }
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
  void printsBackAllThatParses() throws IOException {
    vectors.judge(
        "parses.jsonl",
        "print and parse again",
        row -> {
          String text = Vectors.string(row, "dockerfile");
          if (row.containsKey("stages")) {
            try {
              Dockerfile dockerfile = DockerfileParser.parse(text, "Dockerfile");
              Dockerfile again = DockerfileParser.parse(dockerfile.print(), "Dockerfile");
              vectors.check(text, Trees.describe(again), Trees.describe(dockerfile));
            } catch (DockerfileException e) {
              vectors.check(text, e.getMessage(), row.get("convert_error"));
            }
          }
          return row.containsKey("stages");
        });
    assertThat(vectors.failures()).isEmpty();
  }

  @Test
  void warnsAsBuildKit() throws IOException {
    vectors.judge(
        "lint.jsonl",
        "warnings",
        row -> {
          String text = "";
          String ignore = "";
          for (Map<String, @Nullable Object> file : Vectors.objects(row, "files")) {
            switch (Vectors.string(file, "path")) {
              case "Dockerfile" -> text = Vectors.string(file, "data");
              case ".dockerignore" -> ignore = Vectors.string(file, "data");
              default -> {
                // Another file of the context.
              }
            }
          }
          boolean partial = row.containsKey("partial") || text.isEmpty();
          boolean unnamed =
              Vectors.objects(row, "warnings").stream().anyMatch(it -> !it.containsKey("RuleName"));
          if (partial) {
            return false;
          }
          try {
            List<String> found = warnings(row, text, ignore);
            if (unnamed) {
              vectors.check(text, found.size(), Vectors.objects(row, "warnings").size());
            } else {
              vectors.check(text, found, expectedWarnings(row));
            }
          } catch (DockerfileException e) {
            vectors.check(
                text, Vectors.strings(row, "err_contains").contains(e.getMessage()), true);
          }
          return true;
        });
    assertThat(vectors.failures()).isEmpty();
  }

  private static List<String> warnings(
      Map<String, @Nullable Object> row, String text, String ignore) {
    Map<String, String> args = new LinkedHashMap<>();
    Vectors.object(row, "attrs")
        .forEach((name, value) -> args.put(name.replace("build-arg:", ""), String.valueOf(value)));
    Dockerfile dockerfile = DockerfileParser.parse(text, "Dockerfile");
    CheckContext context =
        new CheckContext(
            Optional.of(String.valueOf(dockerfile.stages().size() - 1)),
            args,
            PatternMatcher.of(IgnoreFile.parse(ignore)),
            _ -> Optional.of(BaseFacts.of(Map.of("PATH", ""))));
    return BuildChecks.of(dockerfile, context).run().stream()
        .map(it -> it + it.rule().description() + it.rule().url())
        .sorted()
        .toList();
  }

  private static List<String> expectedWarnings(Map<String, @Nullable Object> row) {
    return Vectors.objects(row, "warnings").stream()
        .map(it ->
            Vectors.string(it, "RuleName")
                + ": "
                + Vectors.string(it, "Detail")
                + " (line "
                + Vectors.string(it, "Line")
                + ")"
                + Vectors.string(it, "Description")
                + Vectors.string(it, "URL"))
        .sorted()
        .toList();
  }

  @Test
  void warnsOnParsedFilesAsBuildKit() throws IOException {
    vectors.judge(
        "parses.jsonl",
        "warnings",
        row -> {
          if (!row.containsKey("image") || row.containsKey("convert_error")) {
            return false;
          }
          String text = Vectors.string(row, "dockerfile");
          List<String> expected =
              Vectors.objects(row, "lint").stream()
                  .map(it ->
                      Vectors.string(it, "rule")
                          + ": "
                          + Vectors.string(it, "msg")
                          + " (line "
                          + Vectors.string(it, "line")
                          + ")")
                  .sorted()
                  .toList();
          Dockerfile dockerfile = DockerfileParser.parse(text, "Dockerfile");
          CheckContext context =
              new CheckContext(
                  Optional.of(String.valueOf(dockerfile.stages().size() - 1)),
                  Map.of(),
                  PatternMatcher.of(List.of()),
                  _ -> Optional.of(BaseFacts.of(Map.of("PATH", ""))));
          List<String> actual =
              BuildChecks.of(dockerfile, context).run().stream()
                  .map(Object::toString)
                  .sorted()
                  .toList();
          vectors.check(text, actual, expected);
          return true;
        });
    assertThat(vectors.failures()).isEmpty();
  }
}
