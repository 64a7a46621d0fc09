package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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

  @Test
  void engineThatGoesAwayInTheMiddleEndsTheBuild() throws IOException, InterruptedException {
    Path context = context("gone", "RUN echo begun; sleep 600");
    List<String> command =
        List.of(
            program(),
            "build",
            "--backend=docker",
            "--docker-network=none",
            "--no-push",
            "--progress=plain",
            context.toString());
    try (EngineProxy proxy = EngineProxy.to(parts().get("docker.host"))) {
      Shell.Running build =
          new Shell(work()).start(environment(Map.of("DOCKER_HOST", proxy.address())), command);
      long end = System.nanoTime() + Shell.LONGEST.toNanos();
      while (!build.output().contains(" begun") && System.nanoTime() < end) {
        Thread.sleep(50);
      }
      proxy.hangUp();
      Shell.Result result = build.end(Shell.LONGEST);
      assertThat(result.code()).as(result.output()).isEqualTo(1);
      Traces.assertOneClearError(result, "Docker engine");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"copy/file", "copy/symlinks", "run/hard-links", "env/forms"})
  void compareFindsNothingInTheTestData(String name) {
    Case input =
        Case.toBuild().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    List<String> arguments = new ArrayList<>(List.of("compare", "--docker-network=none"));
    arguments.addAll(input.options(parts().registry()));
    arguments.add(input.folder().toString());
    Map<String, String> environment = new HashMap<>(reached("socket"));
    environment.put("DOCKER_BUILDKIT", "0");
    Shell.Result result = janiko(environment, arguments.toArray(String[]::new));
    assertThat(result.code()).as(result.output()).isZero();
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
