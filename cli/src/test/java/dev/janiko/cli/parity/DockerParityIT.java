package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
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
 * Every Dockerfile of the test data makes the image that the Docker engine makes of it: as root,
 * and in an unprivileged container. That other places make the same is {@link SituationsIT}'s. The
 * builds run beside each other; the system property {@code janiko.cases} (part of a case's name)
 * picks some of them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DockerParityIT {
  private static final int AT_ONCE = 3;
  private final ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
  private @Nullable Builds builds;
  private final Map<Case, Future<Outcome>> outcomes = new LinkedHashMap<>();

  /** What became of one case: the differences in each sandbox, or why there are none to tell. */
  private record Outcome(Callable<List<String>> namespace, Callable<List<String>> inplace) {}

  @BeforeAll
  void build(@TempDir Path work) throws IOException {
    Builds all = new Builds(work, Parts.read());
    builds = all;
    String some = System.getProperty("janiko.cases", "");
    for (Case input : Case.toBuild()) {
      if (input.name().contains(some)) {
        outcomes.put(input, workers.submit(() -> all.outcome(input)));
      }
    }
  }

  /** The store holds links to anywhere, which JUnit would warn of. */
  @AfterAll
  void end() {
    workers.shutdownNow();
    if (builds != null) {
      builds.removeStore();
    }
  }

  @TestFactory
  Stream<DynamicTest> namespace() {
    return outcomes.entrySet().stream()
        .map(entry -> dynamicTest(entry.getKey().name(), () -> same(of(entry).namespace())));
  }

  /**
   * Without the cases that say {@code sandbox=namespace}, and why, in their file {@code expect}.
   */
  @TestFactory
  Stream<DynamicTest> unprivilegedContainer() {
    return outcomes.entrySet().stream()
        .filter(entry -> !entry.getKey().needsOverlay())
        .map(entry -> dynamicTest(entry.getKey().name(), () -> same(of(entry).inplace())));
  }

  private static Outcome of(Map.Entry<Case, Future<Outcome>> entry)
      throws ExecutionException, InterruptedException {
    return entry.getValue().get();
  }

  private static void same(Callable<List<String>> found) throws Exception {
    List<String> differences = found.call();
    assertThat(differences).as("differences:\n%s", String.join("\n", differences)).isEmpty();
  }

  /** Makes the images of a case. */
  private static final class Builds {
    private final Path work;
    private final Parts parts;
    private final Shell shell;
    private final Engine engine;
    private final String executor;
    private final Janiko namespace;

    Builds(Path work, Parts parts) {
      this.work = work;
      this.parts = parts;
      this.shell = new Shell(work);
      this.engine = new Engine(parts, shell);
      this.executor = engine.load(Parts.executorArchive());
      this.namespace = Janiko.namespace(work.resolve("store"));
    }

    void removeStore() {
      String store = work.resolve("store").toString();
      shell.run("rm", "-rf", "--one-file-system", store).good();
    }

    Outcome outcome(Case input) throws IOException {
      Comparison.Built theirs = byEngine(input);
      return new Outcome(
          attempt(() -> compare(input, theirs, byNamespace(input))),
          attempt(
              () -> input.needsOverlay() ? List.of() : compare(input, theirs, byContainer(input))));
    }

    private List<String> compare(Case input, Comparison.Built theirs, Comparison.Built ours) {
      return new Comparison(theirs, ours, Comparison.Judge.of(input)).differences();
    }

    private Comparison.Built byEngine(Case input) throws IOException {
      String image = "parity/" + input.name();
      Path archive = folder(input, "engine").resolve("image.tar");
      long since = now();
      engine.build(input, parts.registry(), image);
      engine.run("save", "--output", archive.toString(), image).good();
      return read(archive, since);
    }

    private Comparison.Built byNamespace(Case input) throws IOException {
      Path archive = folder(input, "namespace").resolve("image.tar");
      List<String> arguments = new ArrayList<>(List.of(input.folder().toString()));
      arguments.addAll(output(input, archive));
      arguments.addAll(input.secrets(input.folder()));
      long since = now();
      shell.run(namespace.environment(), namespace.with(arguments)).good();
      return read(archive, since);
    }

    private Comparison.Built byContainer(Case input) throws IOException {
      Path out = folder(input, "inplace");
      return inContainer(
          input, out, Janiko.inplace(engine, executor, mounts(input, out).toArray(String[]::new)));
    }

    private static List<String> mounts(Case input, Path out) {
      return List.of("-v", input.folder() + ":/workspace", "-v", out + ":/parity-out");
    }

    private Comparison.Built inContainer(Case input, Path out, Janiko inplace) throws IOException {
      List<String> arguments = new ArrayList<>(List.of("--context", "/workspace"));
      arguments.addAll(output(input, Path.of("/parity-out/image.tar")));
      arguments.addAll(input.secrets(Path.of("/workspace")));
      long since = now();
      shell.run(inplace.environment(), inplace.with(arguments)).good();
      return read(out.resolve("image.tar"), since);
    }

    private List<String> output(Case input, Path archive) {
      List<String> options = new ArrayList<>(input.options(parts.registry()));
      options.addAll(
          List.of("--no-push", "--tar-path", archive.toString(), "--destination", "parity/it"));
      return options;
    }

    private Path folder(Case input, String builder) throws IOException {
      return Files.createDirectories(work.resolve(input.name()).resolve(builder));
    }

    private Comparison.Built read(Path archive, long since) throws IOException {
      return new Comparison.Built(FlatImage.ofDockerArchive(archive, work), since);
    }

    private static long now() {
      return System.currentTimeMillis() / 1000;
    }
  }

  /** Runs at once; what it found, or its failure, is told when asked. */
  private static Callable<List<String>> attempt(Callable<List<String>> task) {
    try {
      List<String> found = task.call();
      return () -> found;
    } catch (Exception | AssertionError e) {
      return () -> {
        throw new AssertionError(e.getMessage(), e);
      };
    }
  }
}
