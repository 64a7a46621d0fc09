package dev.janiko.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.dockerfile.text.ExposedPorts;
import dev.janiko.dockerfile.text.GitReference;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** As {@link VectorsTest}, by BuildKit's small tables. */
@Tag("vectors")
final class TableVectorsTest {
  private final Vectors vectors = new Vectors();

  @AfterAll
  static void tellWhatWasJudged() {
    System.out.print(Vectors.summary());
  }

  @Test
  void readsWordsAsBuildKit() throws IOException {
    vectors.judge(
        "table_misc.jsonl",
        "words",
        row -> {
          Map<String, @Nullable Object> example =
              row.get("case") instanceof Map<?, ?> ? Vectors.object(row, "case") : Map.of();
          return switch (Vectors.string(row, "func")) {
            case "TestHeredocsFromLine" -> {
              String line = Vectors.string(example, "line");
              List<String> names =
                  HeredocWord.ofLine(line).stream().map(HeredocWord::name).toList();
              vectors.check(line, names, Vectors.strings(example, "heredocNames"));
              yield true;
            }
            case "TestParseWords" -> {
              String input = Vectors.strings(example, "input").getFirst();
              vectors.check(
                  input, Arguments.words(input, '\\'), Vectors.strings(example, "expect"));
              yield true;
            }
            case "TestParseDevice" -> device(example);
            case "TestCopyHeredoc" -> copy(example);
            case "TestRunHeredoc" -> run(example);
            case "TestErrorCases" -> refused(example);
            case "TestPartPortIPV6", "TestParsePortEmptyContainerPort" -> port(example);
            case "" -> {
              String json = Vectors.string(row, "key");
              vectors.check(
                  json, JsonStrings.parse(json), Optional.of(Vectors.strings(row, "case")));
              yield true;
            }
            // BuildKit's own lists of variables, and places in a file that is not in the table.
            default -> false;
          };
        });
    assertThat(vectors.failures()).isEmpty();
  }

  private static Instruction read(String text) {
    return InstructionReader.read(DockerfileParser.nodes(text).getFirst());
  }

  private boolean device(Map<String, @Nullable Object> example) {
    String input = Vectors.string(example, "input");
    String error = Vectors.string(example, "expectedErr");
    Map<String, @Nullable Object> expected = Vectors.object(example, "expected");
    String wanted =
        error.isEmpty()
            ? Vectors.string(expected, "Name") + " " + Vectors.string(expected, "Required")
            : error;
    String actual;
    try {
      Device device = Device.parse(input);
      actual = device.name() + " " + device.required();
    } catch (DockerfileException e) {
      actual = e.getMessage();
    }
    vectors.check(input, actual, wanted);
    return true;
  }

  private boolean copy(Map<String, @Nullable Object> example) {
    String text = Vectors.string(example, "dockerfile");
    Map<String, @Nullable Object> expected = Vectors.object(example, "sourcesAndDest");
    Instruction.Copy copy = (Instruction.Copy) read(text);
    vectors.check(text, copy.destination(), Vectors.string(expected, "DestPath"));
    vectors.check(text, copy.sources(), Vectors.strings(expected, "SourcePaths"));
    String contents =
        Vectors.objects(expected, "SourceContents").stream()
            .map(it ->
                Vectors.string(it, "Path")
                    + Vectors.string(it, "Expand")
                    + Vectors.string(it, "Data"))
            .collect(Collectors.joining());
    String actual =
        copy.heredocs().stream()
            .map(it -> it.name() + it.expand() + it.text())
            .collect(Collectors.joining());
    vectors.check(text, actual, contents);
    return true;
  }

  private boolean run(Map<String, @Nullable Object> example) {
    String text = Vectors.string(example, "dockerfile");
    Instruction.Run run = (Instruction.Run) read(text);
    List<String> words = Vectors.strings(example, "command");
    switch (run.command()) {
      case Command.Exec exec -> {
        vectors.check(text, false, example.get("shell"));
        vectors.check(text, exec.args(), words);
      }
      case Command.Shell shell -> {
        vectors.check(text, true, example.get("shell"));
        vectors.check(text, List.of(shell.text()), words);
        String files =
            Vectors.objects(example, "files").stream()
                .map(it -> Vectors.string(it, "Name") + Vectors.string(it, "Data"))
                .collect(Collectors.joining());
        String actual =
            shell.heredocs().stream()
                .map(it -> it.name() + it.content())
                .collect(Collectors.joining());
        vectors.check(text, actual, files);
      }
    }
    return true;
  }

  private boolean refused(Map<String, @Nullable Object> example) {
    String text = Vectors.string(example, "dockerfile");
    try {
      vectors.check(text, read(text), "an error");
    } catch (DockerfileException e) {
      String expected = Vectors.string(example, "expectedError");
      vectors.check(text + ": " + e.getMessage(), e.getMessage().contains(expected), true);
    }
    return true;
  }

  private boolean port(Map<String, @Nullable Object> example) {
    String spec = Vectors.string(example, "spec");
    String error = Vectors.string(example, "expError");
    String actual;
    try {
      actual = ExposedPorts.parse(spec).toString();
    } catch (IllegalArgumentException e) {
      actual = e.getMessage();
    }
    vectors.check(
        spec, actual, error.isEmpty() ? Vectors.strings(example, "expected").toString() : error);
    return true;
  }

  @Test
  void readsPortsAsBuildKit() throws IOException {
    vectors.judge("table_expose.jsonl", "ports", row -> port(Vectors.object(row, "case")));
    assertThat(vectors.failures()).isEmpty();
  }

  @Test
  void readsGitReferencesAsBuildKit() throws IOException {
    vectors.judge(
        "table_gitref.jsonl",
        "references",
        row -> {
          Map<String, @Nullable Object> example = Vectors.object(row, "case");
          switch (Vectors.string(row, "func")) {
            case "TestParseGitRef" -> reference(example);
            case "TestFragmentFormat" -> fragment(example, false);
            default -> fragment(example, true);
          }
          return true;
        });
    assertThat(vectors.failures()).isEmpty();
  }

  private void reference(Map<String, @Nullable Object> example) {
    String text = Vectors.string(example, "ref");
    String error = Vectors.string(example, "err");
    Map<String, @Nullable Object> expected = Vectors.object(example, "expected");
    try {
      Optional<GitReference> reference = GitReference.parse(text);
      vectors.check(text, "", error);
      vectors.check(text, reference.isPresent(), example.get("expected") != null);
      reference.ifPresent(it -> vectors.check(text, describe(it), describe(expected)));
    } catch (IllegalArgumentException e) {
      boolean same = !error.isEmpty() && String.valueOf(e.getMessage()).contains(error);
      vectors.check(text + ": " + e.getMessage(), same, true);
    }
  }

  /** All but whether a commit is fetched by its name, which changes nothing in what is fetched. */
  private static String describe(GitReference it) {
    return String.join(
        "|",
        it.remote(),
        it.shortName(),
        it.ref().orElse(""),
        it.checksum().orElse(""),
        it.subdir().orElse(""),
        it.times().name(),
        it.isLocalName() + "");
  }

  private static String describe(Map<String, @Nullable Object> expected) {
    String times = Vectors.string(expected, "MTime").toUpperCase(Locale.ROOT);
    return String.join(
        "|",
        Vectors.string(expected, "Remote"),
        Vectors.string(expected, "ShortName"),
        Vectors.string(expected, "Ref"),
        Vectors.string(expected, "Checksum"),
        Vectors.string(expected, "SubDir"),
        times.isEmpty() ? "CHECKOUT" : times,
        expected.containsKey("IndistinguishableFromLocal") + "");
  }

  private void fragment(Map<String, @Nullable Object> example, boolean folder) {
    String text = Vectors.string(example, "ref");
    Optional<GitReference> reference;
    try {
      reference = GitReference.parse(text);
    } catch (IllegalArgumentException _) {
      reference = Optional.empty();
    }
    vectors.check(text, reference.isPresent(), example.get("ok"));
    String printed = reference.map(it -> print(it, folder)).orElse(text);
    vectors.check(text, printed, Vectors.string(example, "expected"));
  }

  private static String print(GitReference it, boolean folder) {
    String inside = folder ? it.subdir().orElse("").replaceFirst("^/", "") : "";
    String fragment = it.ref().orElse("") + (inside.isEmpty() ? "" : ":" + inside);
    return fragment.isEmpty() ? it.remote() : it.remote() + "#" + fragment;
  }
}
