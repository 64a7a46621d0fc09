package dev.janiko.cli.parity;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.janiko.cli.parity.Situation.Means;
import dev.janiko.cli.parity.Situation.Ready;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
 * The same manifest in every situation, whatever it allows, as root of the machine makes it; whose
 * images {@link DockerParityIT} holds against the engine's.
 *
 * <p>Some of the test data, or all with the system property {@code janiko.situations=all}; {@code
 * janiko.cases} picks cases by a part of their names, and {@code janiko.situation}, a regular
 * expression, situations.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SituationsIT {
  private static final int AT_ONCE = 3;
  private static final Set<String> USUAL =
      Set.of(
          "copy/chown-by-name",
          "copy/from",
          "run/capabilities",
          "run/modes",
          "run/packages",
          "run/setuid-and-chown",
          "run/special-files",
          "run/users",
          "run-mount/cache",
          "user/and-copy");

  /** What takes long is not built everywhere each time. */
  private static final Set<String> HEAVY = Set.of("run/packages");

  private static final Set<Situation> HEAVY_IN =
      Set.of(Situation.USER_WITHOUT, Situation.RESTRICTED);

  private static final Set<Situation> ROOT_IS_PLAYED =
      Set.of(Situation.RESTRICTED, Situation.ARBITRARY_USER);

  private final ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
  private final Map<Situation, Map<Case, Future<Outcome>>> outcomes =
      new EnumMap<>(Situation.class);
  private final Map<Case, Future<Outcome>> references = new LinkedHashMap<>();
  private @Nullable Builds builds;
  private final Exceptions exceptions = Exceptions.read();

  SituationsIT() throws IOException {}

  /** What a build came to: its digest, or why there is none, and its image. */
  private record Outcome(String digest, Path archive) {}

  @BeforeAll
  void build(@TempDir Path work) throws IOException {
    Builds all = new Builds(work, Parts.read());
    builds = all;
    List<Case> cases = Case.toBuild().stream().filter(SituationsIT::isWanted).toList();
    String some = System.getProperty("janiko.situation", "");
    for (Case input : cases) {
      references.put(input, workers.submit(() -> all.byRoot(input)));
    }
    for (Situation situation : Situation.values()) {
      Map<Case, Future<Outcome>> found = new LinkedHashMap<>();
      for (Case input : cases) {
        boolean heavy = HEAVY.contains(input.name()) && !HEAVY_IN.contains(situation) && !all();
        if (situation.title().matches(".*(" + some + ").*")
            && !heavy
            && !exceptions.what(situation, input).equals("image")
            && !(ROOT_IS_PLAYED.contains(situation) && input.needsRoot())) {
          found.put(input, workers.submit(() -> all.in(situation, input)));
        }
      }
      outcomes.put(situation, found);
    }
  }

  private static boolean isWanted(Case input) {
    String some = System.getProperty("janiko.cases", "");
    return some.isEmpty() ? all() || USUAL.contains(input.name()) : input.name().contains(some);
  }

  private static boolean all() {
    return System.getProperty("janiko.situations", "").equals("all");
  }

  private static String key(Situation situation, Case input) {
    return situation.title() + " " + input.name();
  }

  /** What is listed as not the same: its second part by situation and case. */
  private record Exceptions(Map<String, String> listed) {
    static Exceptions read() throws IOException {
      Map<String, String> listed = new TreeMap<>();
      for (String line : Files.readAllLines(Parts.testdata().resolve("situations"))) {
        if (!line.startsWith("#")) {
          String[] fields = line.split(" ", 4);
          listed.put(fields[0] + " " + fields[1], fields[2]);
        }
      }
      return new Exceptions(Map.copyOf(listed));
    }

    /** What is not the same; empty if all is. */
    String what(Situation situation, Case input) {
      boolean overlays = situation.files().startsWith("overlays");
      return Stream.of("everywhere", overlays ? "" : "without-overlays", situation.title())
          .map(where -> listed.getOrDefault(where + " " + input.name(), ""))
          .filter(what -> !what.isEmpty())
          .findFirst()
          .orElse("");
    }
  }

  @AfterAll
  void end() {
    workers.shutdownNow();
    if (builds != null) {
      builds.clear();
    }
  }

  @TestFactory
  Stream<DynamicTest> theManifestIsTheSame() {
    return outcomes.entrySet().stream()
        .flatMap(situation ->
            situation.getValue().entrySet().stream()
                .map(found ->
                    dynamicTest(
                        key(situation.getKey(), found.getKey()),
                        () -> same(situation.getKey(), found.getKey(), found.getValue().get()))));
  }

  @TestFactory
  Stream<DynamicTest> theDoctorAndTheBuildAgree() {
    Builds all = requireNonNull(builds);
    return outcomes.keySet().stream()
        .map(situation -> dynamicTest(situation.title(), () -> agree(all, situation)));
  }

  private static void agree(Builds all, Situation situation) throws IOException {
    JsonNode diagnosis = all.diagnosis(situation);
    assertThat(diagnosis.path("sandbox").asText()).isEqualTo(situation.sandbox());
    assertThat(diagnosis.path("files").asText()).isEqualTo(situation.files());
    assertThat(diagnosis.path("findings"))
        .isNotEmpty()
        .allSatisfy(finding -> assertThat(finding.path("result").asText()).isNotEmpty());
    assertThat(all.sandbox(situation))
        .contains("sandbox: " + situation.sandbox() + ", " + situation.files());
  }

  private void same(Situation situation, Case input, Outcome outcome)
      throws IOException, ExecutionException, InterruptedException {
    Outcome reference = requireNonNull(references.get(input)).get();
    if (!reference.digest.equals(outcome.digest)) {
      assertThat(reference.archive).as(reference.digest).exists();
      assertThat(outcome.archive).as(outcome.digest).exists();
      Path folder = outcome.archive.resolveSibling("read");
      Files.createDirectories(folder);
      List<String> differences =
          new Comparison(read(reference, folder), read(outcome, folder), Comparison.Judge.BUILDKIT)
              .differences();
      if (exceptions.what(situation, input).equals("layers")) {
        assertThat(differences).as(String.join("\n", differences)).isEmpty();
        return;
      }
      assertThat(outcome.digest)
          .as("engine is root of the machine here:\n%s", String.join("\n", differences))
          .isEqualTo(reference.digest);
    }
  }

  private static Comparison.Built read(Outcome outcome, Path work) throws IOException {
    return new Comparison.Built(FlatImage.ofDockerArchive(outcome.archive, work), Long.MAX_VALUE);
  }

  /** Makes the images. */
  private static final class Builds {
    private final Path work;
    private final Parts parts;
    private final Shell shell;
    private final Janiko root;
    private final Means means;

    Builds(Path work, Parts parts) throws IOException {
      this.work = work;
      this.parts = parts;
      this.shell = new Shell(work);
      Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
      Engine engine = new Engine(parts, shell);
      this.root = Janiko.namespace(work.resolve("store"));
      Path home = Files.createDirectories(work.resolve("home"));
      Situation.settle(home);
      this.means =
          new Means(
              engine,
              engine.load(Parts.executorArchive()),
              Situation.ciImage(engine, parts, work),
              home);
    }

    Outcome byRoot(Case input) throws IOException {
      Path out = folder(input, "root");
      List<String> arguments = new ArrayList<>(List.of(input.folder().toString()));
      return run(input, root, arguments, new Places(input.folder(), out, out));
    }

    Outcome in(Situation situation, Case input) throws IOException {
      Path out = folder(input, situation.title());
      Ready ready = situation.prepare(means, input.folder(), out);
      return run(
          input,
          ready.janiko(),
          new ArrayList<>(ready.builds()),
          new Places(ready.context(), ready.out(), out));
    }

    /** What {@code doctor} says in a situation. */
    JsonNode diagnosis(Situation situation) throws IOException {
      Path out = Files.createDirectories(work.resolve("builds").resolve(situation.title()));
      Ready ready = situation.prepare(means, out, out);
      Shell.Result said =
          shell.run(ready.janiko().environment(), ready.janiko().with(List.of("doctor", "--json")));
      return new ObjectMapper().readTree(said.good().output());
    }

    /** What a build in a situation says about its sandbox. */
    String sandbox(Situation situation) throws IOException {
      Path context = Files.createDirectories(work.resolve("builds/context"));
      Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nLABEL a=b\n");
      Path out = Files.createDirectories(work.resolve("builds").resolve(situation.title()));
      Ready ready = situation.prepare(means, context, out);
      List<String> arguments = new ArrayList<>(ready.builds());
      arguments.addAll(List.of("--no-push", "--verbosity", "debug"));
      return shell
          .run(ready.janiko().environment(), ready.janiko().with(arguments))
          .good()
          .output();
    }

    /** Where the build sees context and output, and where the output is. */
    private record Places(Path context, Path seenOut, Path out) {}

    private Outcome run(Case input, Janiko janiko, List<String> arguments, Places places)
        throws IOException {
      arguments.addAll(input.options(parts.registry()));
      arguments.addAll(input.secrets(places.context));
      arguments.addAll(List.of("--no-push", "--destination", "parity/it", "--reproducible"));
      arguments.addAll(List.of("--tar-path", places.seenOut.resolve("image.tar").toString()));
      arguments.addAll(List.of("--digest-file", places.seenOut.resolve("digest").toString()));
      Shell.Result result = shell.run(janiko.environment(), janiko.with(arguments));
      Path archive = places.out.resolve("image.tar");
      return result.code() == 0
          ? new Outcome(Files.readString(places.out.resolve("digest")), archive)
          : new Outcome("failed: " + result.output(), archive);
    }

    private Path folder(Case input, String title) throws IOException {
      return Files.createDirectories(work.resolve("builds").resolve(title).resolve(input.name()));
    }

    /** Stores hold links to anywhere, and files of users that nobody is. */
    void clear() {
      String script = "cd \"$0\" && rm -rf --one-file-system store home builds";
      shell.run("sh", "-c", script, work.toString()).good();
    }
  }
}
