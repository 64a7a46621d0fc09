package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every flag that docs/flags.md lists, in each of its spellings, with {@code docker run} of the
 * images. One container serves many flags; what a flag does is looked at in what that container
 * left.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class FlagsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern NAME = Pattern.compile("-[-\\w]+");
  private static final String EXECUTOR = "executor";
  private static final String WARMER = "warmer";
  private static final int CONTAINERS_AT_ONCE = 3;

  /**
   * A container.
   *
   * @param program whose flags they are
   * @param options of {@code docker run}
   * @param flags the flags with their values
   * @param code the exit code that is due
   */
  private record Run(String program, String options, String flags, int code) {
    Run(String program, String options, String flags) {
      this(program, options, flags, 0);
    }

    List<String> words() {
      return words(flags);
    }

    static List<String> words(String text) {
      return text.isBlank() ? List.of() : Arrays.asList(text.strip().split("\\s+", -1));
    }

    boolean has(String flag) {
      return words().stream().anyMatch(word -> word.equals(flag) || word.startsWith(flag + "="));
    }
  }

  /** What shows that a flag did what it is for. */
  private interface Effect {
    void check() throws IOException;
  }

  private final Map<String, Run> runs = new LinkedHashMap<>();
  private final Map<String, Shell.Result> results = new HashMap<>();
  private final Map<String, Effect> effects = new HashMap<>();
  private @Nullable Path folder;
  private Shell.@Nullable Running agent;
  private Parts parts;

  @BeforeAll
  void run(@TempDir Path work) throws Exception {
    folder = work;
    parts = Parts.read();
    prepare();
    describeBuilds();
    describeRegistries();
    describeOthers();
    describeWarmer();
    Engine engine = new Engine(parts, new Shell(work));
    Map<String, String> images =
        Map.of(
            EXECUTOR, engine.load(Parts.executorArchive()),
            WARMER, engine.load(Parts.executorArchive().resolveSibling("janiko-warmer.tar")));
    try (ExecutorService threads = Executors.newFixedThreadPool(CONTAINERS_AT_ONCE)) {
      Map<String, Future<Shell.Result>> ends = new LinkedHashMap<>();
      runs.forEach((name, run) ->
          ends.put(
              name,
              threads.submit(() -> {
                if (name.equals("unverified")) {
                  // It takes the layers that this one keeps.
                  var _ = Objects.requireNonNull(ends.get("certified")).get();
                }
                return engine.run(command(run, images.get(run.program())));
              })));
      for (Map.Entry<String, Future<Shell.Result>> end : ends.entrySet()) {
        results.put(end.getKey(), end.getValue().get());
      }
    }
  }

  @AfterAll
  void endAgent() throws InterruptedException {
    if (agent != null) {
      agent.process().destroy();
      agent.process().waitFor();
    }
  }

  private Path work() {
    return Objects.requireNonNull(folder);
  }

  private Path out() {
    return work().resolve("out");
  }

  private void prepare() throws Exception {
    Files.createDirectory(out());
    Path context = Files.createDirectories(work().resolve("context"));
    Files.createDirectory(context.resolve("sub"));
    Files.write(
        context.resolve("Other.Dockerfile"),
        List.of(
            "ARG BASE",
            "FROM $BASE AS first",
            "ARG WORD",
            "RUN echo $WORD > /made && mkdir /ignored && echo x > /ignored/file",
            "RUN --mount=type=secret,id=s test \"$(cat /run/secrets/s)\" = hidden",
            "RUN --mount=type=cache,target=/c echo cached > /c/file",
            "RUN --mount=type=ssh test $WORD != agent || test -S $SSH_AUTH_SOCK",
            "FROM scratch AS unused",
            "COPY missing /"));
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM " + parts.get("image.busybox") + "\nRUN echo made > /made\n");
    String login = parts.get("registry.auth.user") + ":" + parts.get("registry.auth.password");
    Files.writeString(
        work().resolve("auth.json"),
        "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}"
            .formatted(
                parts.get("registry.auth"),
                Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8))));
    Path socket = work().resolve("agent");
    agent = new Shell(work()).start(Map.of(), List.of("ssh-agent", "-D", "-a", socket.toString()));
    for (int i = 0; i < 600 && !Files.exists(socket); i++) {
      Thread.sleep(100);
    }
  }

  private String[] command(Run run, @Nullable String image) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("run", "--rm", "--network", "host", "-v", out() + ":/out"));
    command.addAll(List.of("-v", work().resolve("context") + ":/workspace"));
    command.addAll(List.of("-v", work().resolve("agent") + ":/agent"));
    command.addAll(List.of("-v", work().resolve("auth.json") + ":/auth.json:ro"));
    command.addAll(
        List.of("-v", parts.get("registry.tls.ca") + ":/ca.pem:ro", "-e", "HIDDEN=hidden"));
    command.addAll(Run.words(run.options()));
    command.add(Objects.requireNonNull(image));
    command.addAll(run.words());
    return command.toArray(String[]::new);
  }

  private String common(String word) {
    return " --context=dir:///workspace --context-sub-path=sub --dockerfile Other.Dockerfile"
        + " --build-arg=BASE=%s --build-arg WORD=%s --secret=id=s,env=HIDDEN --target=First"
            .formatted(parts.get("image.busybox"), word)
        + " --insecure-registry="
        + parts.registry();
  }

  private static String platform() {
    return System.getProperty("os.arch").equals("aarch64") ? "linux/arm64" : "linux/amd64";
  }

  private void describeBuilds() {
    runs.put(
        "layout",
        new Run(
            EXECUTOR,
            "-e BUILDER_OUTPUT=/out",
            common("agent")
                + " --no-push --destination example.org/a/b:1 --oci-layout-path=/out/layout"
                + " --digest-file=/out/new/digest --image-name-with-digest-file /out/names"
                + " --image-name-tag-with-digest-file /out/tags --label=a=b --annotation=c=d"
                + " --image-format oci --reproducible --compression zstd --compression-level=9"
                + " --kaniko-dir=/own --cache-mounts-dir=/out/caches --log-format=text"
                + " --log-timestamp --verbosity=debug --force --isolation inplace"
                + " --ssh default=/agent"));
    layoutEffects();
    runs.put(
        "archive",
        new Run(
            EXECUTOR,
            "-e SOURCE_DATE_EPOCH=1000000000 -e KANIKO_NO_PUSH=true",
            common("made")
                + " -d a --tar-path=/out/image.tar --ignore-path=/ign* --single-snapshot --rewrite-timestamp"
                + " --snapshot-mode=redo --custom-platform="
                + platform()
                + " --git=depth=1 --build-context=unused=/workspace --allow=network.host"
                + " --backend=daemonless --cleanup --use-new-run --compressed-caching=false"
                + " --skip-unused-stages --force-build-metadata --ignore-var-run"
                + " --whitelist-var-run=false --image-fs-extract-retry=3 --pre-cleanup"
                + " --preserve-context --azure-container-registry-config=x"));
    archiveEffects();
    runs.put(
        "old",
        new Run(
            EXECUTOR,
            "",
            "-c /workspace -f Dockerfile --no-push --tarPath=/out/old.tar -v debug --materialize"
                + " --snapshotMode=time --customPlatform="
                + platform()));
    effects.put("--tarPath", () -> assertThat(made("old.tar").entries()).containsKey("made"));
  }

  private void layoutEffects() {
    effects.put(
        "--digest-file",
        () -> assertThat(out().resolve("new/digest")).hasContent(layout().path("digest").asText()));
    effects.put(
        "--image-name-with-digest-file",
        () ->
            assertThat(out().resolve("names"))
                .hasContent("example.org/a/b@" + layout().path("digest").asText() + "\n"));
    effects.put(
        "--image-name-tag-with-digest-file",
        () ->
            assertThat(out().resolve("tags"))
                .hasContent("example.org/a/b:1@" + layout().path("digest").asText() + "\n"));
    effects.put(
        "--destination",
        () ->
            assertThat(out().resolve("images"))
                .hasContent(
                    "{\"name\":\"example.org/a/b:1\",\"digest\":\"%s\"}\n"
                        .formatted(layout().path("digest").asText())));
    effects.put("--annotation", () -> assertText(manifest().at("/annotations/c"), "d"));
    effects.put("--label", () -> assertText(config().at("/config/Labels/a"), "b"));
    effects.put(
        "--image-format",
        () ->
            assertText(manifest().path("mediaType"), "application/vnd.oci.image.manifest.v1+json"));
    effects.put(
        "--reproducible",
        () -> assertThat(config().path("created").asText()).startsWith("1970-01-01"));
    effects.put(
        "--compression",
        () -> {
          JsonNode layers = manifest().path("layers");
          assertThat(layers.path(layers.size() - 1).path("mediaType").asText()).endsWith("zstd");
        });
    effects.put(
        "--cache-mounts-dir", () -> assertThat(out().resolve("caches")).isNotEmptyDirectory());
    effects.put(
        "--log-timestamp",
        () -> assertThat(said("layout")).containsPattern("(?m)^\\S*\\d\\d:\\d\\d:\\d\\d"));
    effects.put("--ssh", () -> assertThat(said("layout")).contains("test -S $SSH_AUTH_SOCK"));
  }

  private void archiveEffects() {
    effects.put("--tar-path", () -> assertThat(made("image.tar").entries()).containsKey("made"));
    effects.put(
        "--single-snapshot",
        () -> assertThat(made("image.tar").config().at("/rootfs/diff_ids")).hasSize(2));
    effects.put(
        "--rewrite-timestamp",
        () ->
            assertThat(Objects.requireNonNull(made("image.tar").entries().get("made")).seconds())
                .isEqualTo(1_000_000_000));
    effects.put(
        "--ignore-path",
        () -> assertThat(made("image.tar").entries()).doesNotContainKey("ignored"));
    effects.put(
        "--custom-platform",
        () -> assertText(made("image.tar").config().path("architecture"), platform().substring(6)));
  }

  /** Puts an image where a mirror of Docker Hub has it. */
  private void mirror(String repository) {
    new Shell(work())
        .run(
            "skopeo",
            "copy",
            "-q",
            "--src-tls-verify=false",
            "--dest-tls-verify=false",
            "docker://" + parts.get("image.busybox"),
            "docker://" + parts.registry() + "/" + repository + "/library/base:1")
        .good();
  }

  private void describeRegistries() {
    String repository = "flags-" + UUID.randomUUID();
    String tls = parts.get("registry.tls");
    String auth = parts.get("registry.auth");
    mirror(repository);
    String kept =
        " --cache --cache-repo=oci:/out/layers --cache-ttl=6h --cache-dir=/none"
            + " --cache-copy-layers=true --cache-run-layers --push-retry=1";
    runs.put(
        "certified",
        new Run(
            EXECUTOR,
            "",
            common("made")
                + kept
                + " --registry-map=%s=%s --skip-default-registry-fallback -d %s/%s:1"
                    .formatted(parts.registry(), tls, tls, repository)
                + " --registry-certificate=%s=/ca.pem --image-download-retry 1".formatted(tls)
                + " --credential-helpers= --registry-client-cert=none.example=/c,/k"
                + " --registry-token-realm=none.example=sso --push-ignore-immutable-tag-errors"));
    runs.put(
        "unverified",
        new Run(
            EXECUTOR,
            "",
            common("made")
                + kept
                + " --no-push-cache --skip-tls-verify --skip-tls-verify-pull"
                + " --skip-tls-verify-registry %s -d %s/%s:2 --skip-push-permission-check"
                    .formatted(tls, tls, repository)
                + " --registry-map=%s=%s".formatted(parts.registry(), tls)));
    runs.put(
        "mirrored",
        new Run(
            EXECUTOR,
            "",
            common("made").replace("BASE=" + parts.get("image.busybox"), "BASE=base:1")
                + " --registry-mirror=http://%s/%s".formatted(parts.registry(), repository)
                + " --insecure --insecure-pull=true -d %s/%s:3".formatted(auth, repository)
                + " --registry-auth-file=/auth.json"));
    runs.put(
        "logged-in",
        new Run(
            EXECUTOR,
            "",
            "-c /workspace --file=Dockerfile --platform=%s -d %s/%s:4 --authfile /auth.json"
                .formatted(platform(), auth, repository)));
    effects.put(
        "--cache",
        () -> {
          assertThat(said("certified")).doesNotContain("CACHED");
          assertThat(said("unverified")).contains("CACHED");
        });
    effects.put("--cache-repo", () -> assertThat(out().resolve("layers")).isNotEmptyDirectory());
  }

  private void describeOthers() {
    runs.put("plan", new Run(EXECUTOR, "", common("made") + " --no-push --dryrun"));
    effects.put(
        "--dryrun", () -> assertThat(said("plan")).containsPattern("line \\d+: RUN echo \\$WORD"));
    runs.put("bucket", new Run(EXECUTOR, "", common("made") + " --no-push --bucket=team", 2));
    runs.put("b", new Run(EXECUTOR, "", common("made") + " --no-push -b team", 2));
    for (String flag : List.of("--bucket", "-b")) {
      String run = flag.replace("-", "");
      effects.put(
          flag, () -> assertThat(said(run)).contains("two build contexts: --bucket and --context"));
    }
    // Nothing may be written here, and no power is left: no sandbox is possible.
    String socket = parts.get("docker.host").replace("unix://", "");
    runs.put(
        "engine",
        new Run(
            EXECUTOR,
            "--read-only --tmpfs /tmp --cap-drop ALL -v " + socket + ":/socket",
            "--context=/workspace --no-push --backend=auto --fallback=docker"
                + " --docker-host=unix:///socket --docker-network=none --docker-cache"
                + " --docker-wait=60s --tar-path=/out/engine.tar"));
    effects.put(
        "--fallback",
        () -> assertThat(said("engine")).contains("the Docker engine builds, as --fallback says"));
    effects.put(
        "--docker-host", () -> assertThat(made("engine.tar").entries()).containsKey("made"));
  }

  private void describeWarmer() {
    String tls = parts.get("registry.tls");
    String busybox = parts.get("image.busybox");
    runs.put(
        "warm",
        new Run(
            WARMER,
            "",
            "--image=%s --dockerfile=/workspace/Other.Dockerfile --build-arg=BASE=%s"
                    .formatted(busybox, busybox)
                + " --cache-dir=/out/warm --cache-ttl=6h --force --insecure-registry=%s"
                    .formatted(parts.registry())
                + " --registry-map=%s=%s --registry-certificate %s=/ca.pem"
                    .formatted(parts.registry(), tls, tls)
                + " --skip-default-registry-fallback --registry-mirror=none.example"
                + " --registry-auth-file=/auth.json --credential-helpers=env"
                + " --image-download-retry=1 --push-retry=1 --push-ignore-immutable-tag-errors"
                + " --skip-push-permission-check --registry-token-realm=none.example=sso"
                + " --registry-client-cert=none.example=/c,/k --log-format=json"
                + " --log-timestamp --verbosity=debug --azure-container-registry-config=x"
                + " --custom-platform="
                + platform()));
    runs.put(
        "brief",
        new Run(
            WARMER,
            "",
            "-i %s -d /workspace/Dockerfile -c /out/brief -f -v info --authfile=/auth.json"
                    .formatted(busybox)
                + " --insecure --insecure-pull --skip-tls-verify --skip-tls-verify-pull"
                + " --skip-tls-verify-registry=%s --customPlatform=%s".formatted(tls, platform())));
    runs.put(
        "docker's",
        new Run(
            WARMER, "", "--image=%s -c /out/third --platform=%s".formatted(busybox, platform())));
    for (Map.Entry<String, String> folders :
        Map.of("--cache-dir", "warm", "-c", "brief", "--image", "third").entrySet()) {
      effects.put(
          WARMER + folders.getKey(),
          () -> assertThat(out().resolve(folders.getValue())).isNotEmptyDirectory());
    }
  }

  private String said(String run) {
    return Objects.requireNonNull(results.get(run)).output();
  }

  private static void assertText(JsonNode found, String expected) {
    assertThat(found.asText()).isEqualTo(expected);
  }

  private JsonNode layout() throws IOException {
    return JSON.readTree(out().resolve("layout/index.json").toFile()).at("/manifests/0");
  }

  private JsonNode blob(JsonNode descriptor) throws IOException {
    String digest = descriptor.path("digest").asText().replace("sha256:", "");
    return JSON.readTree(out().resolve("layout/blobs/sha256").resolve(digest).toFile());
  }

  private JsonNode manifest() throws IOException {
    return blob(layout());
  }

  private JsonNode config() throws IOException {
    return blob(manifest().path("config"));
  }

  private FlatImage made(String archive) throws IOException {
    return FlatImage.ofDockerArchive(out().resolve(archive), work());
  }

  /** What docs/flags.md lists for a program: all spellings of a flag, and how it stands. */
  private static Stream<String> documented(String title) {
    Path page = Parts.testdata().resolveSibling("docs/flags.md");
    try {
      List<String> lines = Files.readAllLines(page);
      List<String> rows =
          lines.subList(lines.indexOf("## " + title) + 1, lines.size()).stream()
              .takeWhile(line -> !line.startsWith("## "))
              .filter(line -> line.startsWith("| `-"))
              .map(line -> line.split(" \\| ", -1))
              .map(cells -> names(cells[0]) + (cells[1].equals("no-op") ? " (no effect)" : ""))
              .toList();
      assertThat(rows).hasSizeGreaterThan(20);
      return rows.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String names(String cell) {
    String spelled = cell.replaceAll(" [^`,]*(?=`$)", "");
    return String.join(" ", NAME.matcher(spelled).results().map(MatchResult::group).toList());
  }

  static Stream<String> executorFlags() {
    return documented("Executor");
  }

  static Stream<String> warmerFlags() {
    return documented("Warmer");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("executorFlags")
  void executor(String flag) throws IOException {
    check(EXECUTOR, flag);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("warmerFlags")
  void warmer(String flag) throws IOException {
    check(WARMER, flag);
  }

  private void check(String program, String row) throws IOException {
    for (String flag : row.replace(" (no effect)", "").split(" ", -1)) {
      List<String> used =
          runs.entrySet().stream()
              .filter(run -> run.getValue().program().equals(program) && run.getValue().has(flag))
              .map(Map.Entry::getKey)
              .toList();
      assertThat(used).as("containers of the %s that have %s", program, flag).isNotEmpty();
      for (String name : used) {
        Shell.Result result = Objects.requireNonNull(results.get(name));
        int due = Objects.requireNonNull(runs.get(name)).code();
        assertThat(result.code()).as(name + ": " + result.output()).isEqualTo(due);
        if (row.endsWith("(no effect)")) {
          assertThat(result.output()).contains(flag + " has no effect: ");
        }
      }
      Effect effect = effects.get(program.equals(EXECUTOR) ? flag : program + flag);
      if (effect != null) {
        effect.check();
      }
    }
  }
}
