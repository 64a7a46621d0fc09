package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Builds by Docker engines, however they are reached, and what differs from our own builds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EngineIT {
  private @Nullable Path work;
  private @Nullable Parts parts;
  private final Properties engines = new Properties();

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    work = folder;
    parts = Parts.read();
    new Shell(folder).run(script(), "start").good();
    Path record = Parts.testdata().resolve("parts/run/engines.properties");
    try (Reader in = Files.newBufferedReader(record, StandardCharsets.UTF_8)) {
      engines.load(in);
    }
  }

  @AfterAll
  void stop() {
    Shell shell = new Shell(work());
    shell.run(script(), "stop").good();
    shell.run("rm", "-rf", "--one-file-system", work().resolve("store").toString()).good();
  }

  private static String script() {
    return Parts.testdata().resolve("parts/engines").toString();
  }

  private Path work() {
    return Objects.requireNonNull(work);
  }

  private Parts parts() {
    return Objects.requireNonNull(parts);
  }

  private String engine(String key) {
    return Objects.requireNonNull(engines.getProperty(key), key);
  }

  private Path context(String name, String... lines) throws IOException {
    Path context = Files.createDirectories(work().resolve(name));
    List<String> all = new ArrayList<>(List.of("FROM " + parts().get("image.busybox")));
    all.addAll(List.of(lines));
    Files.write(context.resolve("Dockerfile"), all);
    return context;
  }

  private static String program() {
    return Parts.distribution().resolve("bin/janiko").toString();
  }

  private Map<String, String> environment(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("DOCKER_CONFIG", parts().get("docker.config"));
    environment.put("JANIKO_STORE", work().resolve("store").toString());
    environment.put("PATH", "/usr/bin:/bin");
    return environment;
  }

  private Shell.Result janiko(Map<String, String> more, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program()));
    command.addAll(List.of(arguments));
    return new Shell(work()).run(environment(more), command);
  }

  private Map<String, String> tls(String certificates) {
    return Map.of(
        "DOCKER_HOST", engine("engine.tls"),
        "DOCKER_TLS_VERIFY", "1",
        "DOCKER_CERT_PATH", engine(certificates));
  }

  private Map<String, String> reached(String how) {
    return switch (how) {
      case "socket" -> Map.of("DOCKER_HOST", parts().get("docker.host"));
      case "tcp" -> Map.of("DOCKER_HOST", engine("engine.tcp"));
      default -> tls("engine.tls.certs");
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"socket", "tcp", "tls"})
  void engineBuildsAndTheImageGoesWhereItIsWanted(String how) throws IOException {
    Path context =
        context("built-" + how, "COPY file ignored* /", "RUN echo made > /made", "CMD [\"x\"]");
    Files.writeString(context.resolve("file"), "content of " + how);
    Files.writeString(context.resolve("ignored.txt"), "x");
    Files.writeString(context.resolve(".dockerignore"), "ignored.txt\n");
    Path digest = work().resolve(how + ".digest");
    String name = parts().registry() + "/engine/" + how + ":1";
    Path layout = work().resolve(how + ".layout");
    janiko(
            reached(how),
            "build",
            "--backend=docker",
            "--docker-network=none",
            "--progress=plain",
            "--destination=" + name,
            "--oci-layout-path=" + layout,
            "--digest-file=" + digest,
            context.toString())
        .good();
    assertThat(digest).content().startsWith("sha256:");
    janiko(Map.of(), "diff", "--bytes", name, "oci:" + layout).good();
    Shell.Result own =
        janiko(
            Map.of(),
            "build",
            "--progress=plain",
            "--no-push",
            "--tar-path=" + work().resolve(how + ".tar"),
            context.toString());
    own.good();
    Shell.Result same =
        janiko(
            Map.of(),
            "diff",
            "--ignore=times",
            "--ignore=builder",
            "--ignore=history",
            "--ignore=layer",
            "docker-archive:" + work().resolve(how + ".tar"),
            name);
    assertThat(same.code()).as(same.output()).isZero();
  }

  @Test
  void buildKitIsDrivenByDockersCommand() throws IOException {
    Path context = context("buildkit", "RUN echo made > /made", "WORKDIR /w");
    Map<String, String> environment = new HashMap<>(reached("socket"));
    environment.put("DOCKER_BUILDKIT", "1");
    Shell.Result compared =
        janiko(
            environment,
            "compare",
            "--docker-network=none",
            "--html=" + work().resolve("report.html"),
            context.toString());
    assertThat(compared.code()).as(compared.output()).isZero();
    assertThat(compared.output()).contains("The images are equal");
    assertThat(work().resolve("report.html")).content().contains("RUN echo made");
  }

  @Test
  void bytesThatBuildKitPulledAreTold() throws IOException {
    String base = parts().registry() + "/engine/never-pulled:1";
    janiko(
            Map.of(),
            "build",
            "--destination=" + base,
            context("base", "RUN head -c 300000 /dev/urandom > /noise").toString())
        .good();
    Path context = Files.createDirectories(work().resolve("pulled"));
    Files.write(context.resolve("Dockerfile"), List.of("FROM " + base, "RUN echo made > /made"));
    Map<String, String> environment = new HashMap<>(reached("tls"));
    environment.put("DOCKER_BUILDKIT", "1");
    Shell.Result compared =
        janiko(
            environment,
            "compare",
            "--docker-network=none",
            "--format=json",
            "--progress=quiet",
            context("pulled", "RUN echo made > /made").toString());
    assertThat(compared.output())
        .containsPattern("\"b\":\\{\"name\":\"Docker engine\",\"milli[^{]*\"pulled\":[1-9]");
  }

  /** Wherever the Dockerfile is: the image holds none but that of its context. */
  @ParameterizedTest
  @ValueSource(strings = {"here", "ignored", "elsewhere"})
  void classicBuildsCopyTheContextAlone(String place) throws IOException {
    Path context = context("whole-" + place, "COPY . /all/");
    Files.writeString(context.resolve("file"), "x");
    Path dockerfile = context.resolve("Dockerfile");
    if (place.equals("ignored")) {
      Files.writeString(context.resolve(".dockerignore"), "Dockerfile\n.dockerignore\n");
    } else if (place.equals("elsewhere")) {
      dockerfile = Files.move(dockerfile, work().resolve("Dockerfile.elsewhere"));
    }
    Shell.Result same =
        janiko(
            with(reached("socket"), "DOCKER_BUILDKIT", "0"),
            "compare",
            "--docker-network=none",
            "--ignore=times",
            "--file=" + dockerfile,
            context.toString());
    assertThat(same.code()).as(same.output()).isZero();
  }

  private static Map<String, String> with(Map<String, String> some, String key, String value) {
    Map<String, String> all = new HashMap<>(some);
    all.put(key, value);
    return all;
  }

  /** The engine has the tests' registry as the mirror of the hub, where this name is unknown. */
  @Test
  void engineWithAMirrorHasItsBasesFromThere() throws IOException {
    String base = "library/mirrored-for-tests:1";
    janiko(Map.of(), "copy", parts().get("image.busybox"), parts().registry() + "/" + base).good();
    Path context = Files.createDirectories(work().resolve("mirrored"));
    Files.writeString(
        context.resolve("Dockerfile"), "FROM mirrored-for-tests:1\nRUN echo 1 > /made\n");
    String name = parts().registry() + "/engine/mirrored:1";
    janiko(
            reached("tcp"),
            "build",
            "--backend=docker",
            "--docker-network=none",
            "--progress=plain",
            "--destination=" + name,
            context.toString())
        .good();
    janiko(Map.of(), "inspect", name).good();
  }

  @Test
  void failingCommandGivesItsExitCode() throws IOException {
    Path context = context("fails", "RUN exit 7");
    Shell.Result result =
        janiko(
            reached("tcp"),
            "build",
            "--backend=docker",
            "--docker-network=none",
            "--no-push",
            context.toString());
    assertThat(result.code()).as(result.output()).isEqualTo(7);
    Traces.assertOneClearError(result, "non-zero code: 7");
  }

  @Test
  void wrongCertificateIsToldAtOnce() throws IOException {
    Shell.Result result =
        janiko(
            tls("engine.tls.wrong"),
            "build",
            "--backend=docker",
            "--no-push",
            context("wrong").toString());
    assertThat(result.code()).as(result.output()).isEqualTo(1);
    assertThat(result.output()).contains("DOCKER_CERT_PATH").doesNotContain("\tat ");
  }

  @Test
  void plainConnectionToAnEngineThatWantsTlsSaysSo() throws IOException {
    Shell.Result result =
        janiko(
            Map.of("DOCKER_HOST", engine("engine.tls")),
            "build",
            "--backend=docker",
            "--no-push",
            context("plain").toString());
    assertThat(result.code()).as(result.output()).isEqualTo(1);
    assertThat(result.output()).contains("wants TLS");
  }

  @Test
  void engineThatNeverStartsIsGivenUp() throws IOException {
    Shell.Result result =
        janiko(
            Map.of(),
            "build",
            "--backend=docker",
            "--docker-host=unix://" + work().resolve("no.sock"),
            "--docker-wait=1s",
            "--no-push",
            context("never").toString());
    assertThat(result.code()).as(result.output()).isEqualTo(1);
    Traces.assertOneClearError(result, "no Docker engine answers at");
    assertThat(result.output()).contains("waited 1 s");
  }

  private Shell.Running engineBuild(Map<String, String> how, Path context) throws IOException {
    List<String> command =
        List.of(
            program(),
            "build",
            "--backend=docker",
            "--docker-network=none",
            "--no-push",
            "--progress=plain",
            context.toString());
    return new Shell(work()).start(environment(how), command);
  }

  /** Waits until the engine runs what no command line here holds but that of the step. */
  private static void awaitRunning(String marker, Shell.Running build)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + Shell.LONGEST.toNanos();
    while (!Traces.runs(marker)) {
      assertThat(build.process().isAlive()).as(build.output()).isTrue();
      assertThat(System.nanoTime() - end).as(build.output()).isNegative();
      Thread.sleep(50);
    }
  }

  /** By the classic builder (0) and by BuildKit (1). */
  @ParameterizedTest
  @ValueSource(strings = {"0", "1"})
  void engineThatGoesAwayInTheMiddleEndsTheBuild(String buildKit)
      throws IOException, InterruptedException {
    String marker = "sleep 6" + System.nanoTime() % 10_000_000;
    Path context = context("gone" + buildKit, "RUN echo begun; " + marker);
    try (EngineProxy proxy = EngineProxy.to(parts().get("docker.host"))) {
      Shell.Running build =
          engineBuild(Map.of("DOCKER_HOST", proxy.address(), "DOCKER_BUILDKIT", buildKit), context);
      awaitRunning(marker, build);
      proxy.hangUp();
      Shell.Result result = build.end(Shell.LONGEST);
      assertThat(result.code()).as(result.output()).isEqualTo(1);
      Traces.assertOneClearError(result, buildKit.equals("0") ? "Docker engine" : "docker build");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1"})
  void signalEndsTheBuildInTheEngine(String buildKit) throws IOException, InterruptedException {
    String marker = "sleep 7" + System.nanoTime() % 10_000_000;
    Path context = context("ended" + buildKit, "RUN echo begun; " + marker);
    Map<String, String> how = new HashMap<>(reached("socket"));
    how.put("DOCKER_BUILDKIT", buildKit);
    Shell.Running build = engineBuild(how, context);
    awaitRunning(marker, build);
    new Shell(work()).run("kill", "-TERM", Long.toString(build.process().pid())).good();
    Shell.Result result = build.end(Shell.LONGEST);
    assertThat(result.code()).as(result.output()).isEqualTo(143);
    Traces.assertOneClearError(result, "interrupted");
    long end = System.nanoTime() + Shell.LONGEST.toNanos();
    while (Traces.runs(marker)) {
      assertThat(System.nanoTime() - end).as("the engine still runs it").isNegative();
      Thread.sleep(100);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1"})
  void engineOutOfDiskSaysSo(String buildKit) throws IOException, InterruptedException {
    Path context =
        context("full" + buildKit, "RUN dd if=/dev/zero of=/large bs=1M count=100 && echo fits");
    Map<String, String> how =
        Map.of("DOCKER_HOST", engine("engine.small"), "DOCKER_BUILDKIT", buildKit);
    Shell.Result result = engineBuild(how, context).end(Shell.LONGEST);
    assertThat(result.code()).as(result.output()).isEqualTo(1);
    assertThat(result.output()).containsIgnoringCase("no space left on device");
    Traces.assertOneClearError(result, "1");
  }

  @Test
  void contextThatTheEngineHasNoRoomForIsToldByTheEngine()
      throws IOException, InterruptedException {
    Path context = context("large", "COPY large /");
    try (RandomAccessFile file = new RandomAccessFile(context.resolve("large").toFile(), "rw")) {
      file.setLength(100 << 20);
    }
    Map<String, String> how = Map.of("DOCKER_HOST", engine("engine.small"), "DOCKER_BUILDKIT", "0");
    Shell.Result result = engineBuild(how, context).end(Shell.LONGEST);
    assertThat(result.code()).as(result.output()).isEqualTo(1);
    Traces.assertOneClearError(result, "no space left on device");
  }

  /** A user namespace that may have none below it, and root without powers: no sandbox at all. */
  @Test
  void engineBuildsWhereNoSandboxIsPossibleIfThatIsAskedFor() throws IOException {
    Path context = context("fallen", "RUN echo made > /made");
    Path tar = work().resolve("fallen.tar");
    String poor =
        "echo 0 >/proc/sys/user/max_user_namespaces"
            + " && exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs \"$@\"";
    List<String> build =
        List.of(
            program(),
            "build",
            "--backend=auto",
            "--isolation=namespace",
            "--docker-network=none",
            "--no-push",
            "--tar-path=" + tar,
            context.toString());
    List<String> command =
        new ArrayList<>(List.of("unshare", "--user", "--map-root-user", "sh", "-c", poor, "sh"));
    command.addAll(build);
    Map<String, String> how = environment(reached("tcp"));
    Shell.Result refused = new Shell(work()).run(how, command);
    assertThat(refused.code()).as(refused.output()).isEqualTo(1);
    Traces.assertOneClearError(refused, "is not possible here");
    command.addLast("--fallback=docker");
    Shell.Result built = new Shell(work()).run(how, command).good();
    assertThat(built.output())
        .contains("the Docker engine builds, as --fallback says: ")
        .contains("building with the Docker engine");
    assertThat(tar).isNotEmptyFile();
    assertThat(new Shell(work()).run(how, fallback(build)).good().output())
        .as("it builds itself where it can")
        .doesNotContain("Docker engine");
  }

  private static List<String> fallback(List<String> build) {
    List<String> command = new ArrayList<>(build);
    command.addLast("--fallback=docker");
    return command;
  }

  @Test
  void reportOfOneBuildTellsOfItsLayers() throws IOException {
    Path context =
        context("reported", "RUN head -c 100000 /dev/zero > /big", "RUN rm /big", "LABEL a=<b>");
    Path page = work().resolve("build.html");
    janiko(Map.of(), "build", "--no-push", "--report=" + page, context.toString()).good();
    assertThat(page)
        .content()
        .contains("100.0 kB in 1 file", "/big", "<h2>Largest files</h2>")
        .doesNotContain("http://", "https://", "<script");
  }
}
