package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code janiko compare} over the whole test data finds exactly what a case's file {@code expect}
 * lists, and that is nothing for nearly all. Unlike {@link DockerParityIT}, whose own comparison
 * this does not share, it looks at histories and layers, too. Of a case that the engine does not
 * know both build the twin. The system property {@code janiko.cases} (part of a case's name) picks
 * some cases.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompareIT {
  private static final int AT_ONCE = 3;

  private final ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
  private final Map<Case, Future<Shell.Result>> results = new LinkedHashMap<>();
  private @Nullable Shell shell;
  private @Nullable Path store;

  @BeforeAll
  void compare(@TempDir Path work) throws IOException {
    Parts parts = Parts.read();
    Shell own = new Shell(work);
    shell = own;
    store = work.resolve("store");
    String some = System.getProperty("janiko.cases", "");
    for (Case input : Case.toBuild()) {
      if (input.name().contains(some)) {
        Map<String, String> environment = environment(parts, input, work.resolve("store"));
        List<String> command = command(parts, input);
        results.put(input, workers.submit(() -> own.run(environment, command)));
      }
    }
  }

  /** The store holds links to anywhere, which JUnit would warn of. */
  @AfterAll
  void end() {
    workers.shutdownNow();
    if (shell != null && store != null) {
      shell.run("rm", "-rf", "--one-file-system", store.toString()).good();
    }
  }

  private static Map<String, String> environment(Parts parts, Case input, Path store) {
    Map<String, String> environment = new HashMap<>();
    environment.put("JANIKO_STORE", store.toString());
    environment.put("DOCKER_HOST", parts.get("docker.host"));
    environment.put("DOCKER_CONFIG", parts.get("docker.config"));
    environment.put("DOCKER_BUILDKIT", input.classic() ? "0" : "1");
    environment.put("PATH", "/usr/bin:/bin");
    return environment;
  }

  private static List<String> command(Parts parts, Case input) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Parts.distribution().resolve("bin/janiko").toString(),
                "compare",
                "--docker-network=none",
                "--format=json",
                "--progress=quiet"));
    input.twin().ifPresent(twin -> command.addAll(List.of("--file", twin.toString())));
    command.addAll(input.options(parts.registry()));
    command.addAll(input.secrets(input.folder()));
    command.add(input.folder().toString());
    return command;
  }

  @TestFactory
  Stream<DynamicTest> findsWhatIsListedAndNothingElse() {
    return results.entrySet().stream()
        .map(entry ->
            dynamicTest(
                entry.getKey().name(), () -> assertListed(entry.getKey(), entry.getValue().get())));
  }

  private static void assertListed(Case input, Shell.Result result) throws IOException {
    JsonNode differences = differences(result);
    assertThat(found(differences)).as("%s", differences).isEqualTo(input.differences());
    assertThat(result.code()).isEqualTo(input.differences().isEmpty() ? 0 : 1);
  }

  private static JsonNode differences(Shell.Result result) throws IOException {
    String json =
        result
            .output()
            .lines()
            .filter(line -> line.startsWith("{"))
            .findFirst()
            .orElseThrow(() -> new AssertionError(result.output()));
    return new ObjectMapper().readTree(json).path("differences");
  }

  private static List<String> found(JsonNode differences) {
    List<String> found = new ArrayList<>();
    for (JsonNode one : differences) {
      found.add(
          String.join(
              " ",
              one.path("area").asText(),
              one.path("subject").asText(),
              one.path("attribute").asText()));
    }
    return found.stream().sorted().toList();
  }
}
