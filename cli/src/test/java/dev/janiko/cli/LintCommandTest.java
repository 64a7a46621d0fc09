package dev.janiko.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.lint.BuilderLintRunner;
import dev.janiko.cli.progress.Window;
import dev.janiko.cli.runner.BuilderRunner;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code janiko lint}, with the real checks. */
final class LintCommandTest {
  private static final String RULES = "https://docs.docker.com/go/dockerfile/rule/";

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private String input = "";

  private int run(String... arguments) {
    Surroundings surroundings =
        new Surroundings(
            Map.of("HOME", folder.toString()),
            "amd64",
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Optional::<Window>empty);
    BuilderRunner runner = new BuilderRunner(surroundings.environment(), folder);
    ByteArrayInputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    return new CommandLineInterface(
            surroundings, runner, new BuilderLintRunner(surroundings.environment(), in))
        .run("janiko", arguments);
  }

  private void dockerfile(String text) throws IOException {
    Files.writeString(folder.resolve("Dockerfile"), text);
  }

  private String shown() {
    return out.toString(StandardCharsets.UTF_8).replace(folder.toString(), "DIR");
  }

  @Test
  void nothingFoundIsSaid() throws IOException {
    dockerfile("FROM scratch\n");

    assertThat(run("lint", folder.toString())).isEqualTo(ExitCode.OK);
    assertThat(shown()).isEqualTo("no warnings found\n");
  }

  @Test
  void warningsNameRulePlaceAndLine() throws IOException {
    dockerfile("FROM scratch AS base\n\nENV API_TOKEN=x \\\n    OTHER=y\nCOPY a.log /\n");
    Files.writeString(folder.resolve(".dockerignore"), "*.log\n");

    assertThat(run("lint", folder.toString())).isEqualTo(ExitCode.FAILURE);
    assertThat(shown())
        .isEqualTo(
            """
            WARNING: SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data \
            (ENV "API_TOKEN")
             DIR/Dockerfile:3:5  %1$ssecrets-used-in-arg-or-env/
             3 | >>> ENV API_TOKEN=x \\
               |         ^
             4 | >>>     OTHER=y

            WARNING: CopyIgnoredFile: Attempting to Copy file "a.log" that is excluded by \
            .dockerignore
             DIR/Dockerfile:5:6  %1$scopy-ignored-file/
             5 | >>> COPY a.log /
               |          ^

            2 warnings found
            """
                .formatted(RULES));
  }

  @Test
  void directivesAreHonoured() throws IOException {
    dockerfile("# check=skip=LegacyKeyValueFormat\nFROM scratch\nENV a b\n");
    assertThat(run("lint", folder.toString())).isEqualTo(ExitCode.OK);

    dockerfile("FROM scratch\n# check=skip=LegacyKeyValueFormat\nENV a b\n");
    assertThat(run("lint", folder.toString())).isEqualTo(ExitCode.OK);

    dockerfile("# check=error=true\nFROM scratch\nENV a b\n");
    assertThat(run("lint", folder.toString())).isEqualTo(ExitCode.FAILURE);
    assertThat(shown()).contains("lint violation found for rules: LegacyKeyValueFormat");

    dockerfile("FROM scratch\nENV a b\n");
    String skip = "BUILDKIT_DOCKERFILE_CHECK=skip=all";
    assertThat(run("lint", "--build-arg", skip, folder.toString())).isEqualTo(ExitCode.OK);
  }

  @Test
  void onlyTheTargetAndItsNeedsAreLookedAt() throws IOException {
    dockerfile("FROM scratch AS a\nCMD x\nFROM scratch AS b\nFROM b\nCMD y\n");

    assertThat(run("lint", "--target", "b", folder.toString())).isEqualTo(ExitCode.OK);
    assertThat(run("lint", folder.toString())).isEqualTo(ExitCode.FAILURE);
    assertThat(run("lint", "--target", "bb", folder.toString())).isEqualTo(ExitCode.FAILURE);
    assertThat(shown()).contains("target stage \"bb\" could not be found (did you mean b?)");
  }

  @Test
  void aDockerfileThatCannotBeReadIsAnError() throws IOException {
    dockerfile("FROM scratch\nCOPY --form=a b c\n");

    assertThat(run("lint", folder.toString())).isEqualTo(ExitCode.FAILURE);
    assertThat(shown())
        .isEqualTo(
            """
            DIR/Dockerfile:2:6
            --------------------
             1 |     FROM scratch
             2 | >>> COPY --form=a b c
               |          ^
            --------------------

            ERROR: dockerfile parse error on line 2: unknown flag: --form (did you mean from?)
            hint: flags of COPY are --chmod --chown --exclude --from --link --parents
            """);
    assertThat(run("lint", folder.resolve("none").toString())).isEqualTo(ExitCode.FAILURE);
    assertThat(shown()).contains("the build context DIR/none does not exist");
  }

  @Test
  void stagesThatCannotBeCopiedFromAreErrors() throws IOException {
    dockerfile("FROM scratch AS a\nCOPY --from=b x y\nFROM scratch AS b\n");

    assertThat(run("lint", folder.toString())).isEqualTo(ExitCode.FAILURE);
    assertThat(shown())
        .startsWith("DIR/Dockerfile:2:6\n")
        .contains("cannot copy from stage \"b\", it needs to be defined before current stage");
  }

  @Test
  void standardInputIsADockerfile() throws IOException {
    input = "FROM scratch\nCOPY a.log /\n";
    assertThat(run("lint", "-")).as(this::shown).isEqualTo(ExitCode.OK);

    Files.writeString(folder.resolve(".dockerignore"), "*.log\n");
    assertThat(run("lint", "-f", "-", folder.toString())).isEqualTo(ExitCode.FAILURE);
    assertThat(shown()).contains("CopyIgnoredFile", "<stdin>:2:6");
  }

  @Test
  void jsonIsForPrograms() throws IOException {
    dockerfile("FROM scratch\nENV a b\nCOPY --from=9 a b\n");

    assertThat(run("lint", "--format", "json", folder.toString())).isEqualTo(ExitCode.FAILURE);
    Map<String, @Nullable Object> report = object(json());
    assertThat(object(list(report, "warnings").getFirst()))
        .containsEntry("rule", "LegacyKeyValueFormat")
        .containsEntry("file", "DIR/Dockerfile")
        .containsEntry("line", 2)
        .containsEntry("column", 1)
        .containsEntry("url", RULES + "legacy-key-value-format/")
        .containsKeys("message", "description", "firstLine", "lastLine");
    assertThat(object(report.get("error")))
        .containsEntry("message", "invalid stage index 9")
        .containsEntry("hint", "the stages of this Dockerfile are 0 to 0")
        .containsEntry("line", 3)
        .containsEntry("column", 6);
  }

  @Test
  void sarifIsForCodeScanners() throws IOException {
    dockerfile("FROM scratch AS Base\nENV a b\nENV c d\n");
    input = "FROM scratch AS Base\nENV a b\nENV c d\nCOPY --from=9 a b\n";

    assertThat(run("lint", "--format=sarif", "-")).isEqualTo(ExitCode.FAILURE);
    Map<String, @Nullable Object> log = object(json());
    assertThat(log)
        .containsOnlyKeys("$schema", "version", "runs")
        .containsEntry("version", "2.1.0");
    Map<String, @Nullable Object> run = object(list(log, "runs").getFirst());
    assertThat(run).containsOnlyKeys("tool", "columnKind", "results");
    Map<String, @Nullable Object> driver = object(object(run.get("tool")).get("driver"));
    assertThat(driver).containsEntry("name", "janiko");
    List<Object> rules = list(driver, "rules");
    assertThat(rules)
        .extracting(rule -> object(rule).get("id"))
        .containsExactly("StageNameCasing", "LegacyKeyValueFormat", "DockerfileError");
    for (Object each : list(run, "results")) {
      Map<String, @Nullable Object> result = object(each);
      int index = (int) Objects.requireNonNull(result.get("ruleIndex"));
      assertThat(object(rules.get(index))).containsEntry("id", result.get("ruleId"));
      assertThat(object(result.get("message")).get("text")).asString().isNotEmpty();
      Map<String, @Nullable Object> place =
          object(object(list(result, "locations").getFirst()).get("physicalLocation"));
      assertThat(object(place.get("artifactLocation"))).containsEntry("uri", "%3Cstdin%3E");
      assertThat(object(place.get("region"))).containsOnlyKeys("startLine", "startColumn");
    }
    assertThat(list(run, "results"))
        .extracting(result -> object(result).get("level"))
        .containsExactly("warning", "warning", "warning", "error");
  }

  private Object json() throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(shown())) {
      parser.nextToken();
      return value(parser);
    }
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          map.put(name, value(parser));
        }
        yield map;
      }
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        yield list;
      }
      case VALUE_NUMBER_INT -> parser.getIntValue();
      default -> parser.getText();
    };
  }

  @SuppressWarnings("unchecked") // The reader above makes nothing but such maps.
  private static Map<String, @Nullable Object> object(@Nullable Object value) {
    return (Map<String, @Nullable Object>) Objects.requireNonNull(value);
  }

  @SuppressWarnings("unchecked") // As above.
  private static List<Object> list(Map<String, @Nullable Object> map, String name) {
    return (List<Object>) Objects.requireNonNull(map.get(name));
  }
}
