package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Input that must be refused is refused in both sandboxes with one clear message, the right exit
 * code, and nothing left behind.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class BadInputIT {
  private @Nullable Place place;

  /** Where the tests work. */
  private record Place(Path work, Parts parts, Shell shell, Engine engine, String executor) {}

  @BeforeAll
  void prepare(@TempDir Path work) throws IOException {
    Parts parts = Parts.read();
    Shell shell = new Shell(work);
    Engine engine = new Engine(parts, shell);
    place = new Place(work, parts, shell, engine, engine.load(Parts.executorArchive()));
  }

  private Place place() {
    return java.util.Objects.requireNonNull(place);
  }

  static Stream<Case> cases() {
    return Case.toRefuse().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void namespace(Case input) throws Exception {
    Path folder = Files.createDirectories(place().work().resolve(input.name()));
    Path store = folder.resolve("store");
    Path out = Files.createDirectories(folder.resolve("out"));
    List<String> arguments = new ArrayList<>(List.of(input.folder().toString()));
    arguments.addAll(options(input, out, "namespace"));
    Janiko janiko = Janiko.namespace(store);
    check(
        input, out, "namespace", place().shell().run(janiko.environment(), janiko.with(arguments)));
    Traces.assertNothingOf(store);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void unprivilegedContainer(Case input) throws Exception {
    Path out = Files.createDirectories(place().work().resolve(input.name()).resolve("container"));
    List<String> arguments = new ArrayList<>(List.of("--context", "/workspace"));
    arguments.addAll(options(input, Path.of("/out"), "inplace"));
    Janiko janiko =
        Janiko.inplace(
            place().engine(),
            place().executor(),
            "-v",
            input.folder() + ":/workspace",
            "-v",
            out + ":/out");
    check(input, out, "inplace", place().shell().run(janiko.environment(), janiko.with(arguments)));
  }

  /** All outputs at once, so that each can be found missing. */
  private List<String> options(Case input, Path out, String tag) {
    List<String> options = new ArrayList<>(input.options(place().parts().registry()));
    options.addAll(
        List.of(
            "--tar-path",
            out.resolve("image.tar").toString(),
            "--oci-layout-path",
            out.resolve("layout").toString(),
            "--digest-file",
            out.resolve("digest").toString(),
            "--destination",
            place().parts().registry() + "/" + input.name() + ":" + tag));
    return options;
  }

  private void check(Case input, Path out, String tag, Shell.Result result) throws Exception {
    int exit = Integer.parseInt(input.expected("exit").orElseThrow());
    Traces.assertOneClearError(result, input.expected("message").orElseThrow());
    assertThat(result.code()).as(result.output()).isEqualTo(exit);
    assertThat(Traces.files(out)).as("output files").isEmpty();
    Traces.assertNoTag(place().parts().registry(), input.name(), tag);
  }
}
