package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What happens around a build may fail too: registries, disks, signals. */
@Execution(ExecutionMode.CONCURRENT)
class FailureIT {
  /** A registry that never answers is given up after three tries of half a minute. */
  private static final Duration SILENCE = Duration.ofSeconds(110);

  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path work;
  private @Nullable Parts parts;

  @BeforeEach
  void findParts() throws IOException {
    parts = Parts.read();
  }

  private Parts parts() {
    return Objects.requireNonNull(parts);
  }

  private Path store() {
    return work.resolve("store");
  }

  private Path context(String... lines) throws IOException {
    Path context = Files.createDirectories(work.resolve("context"));
    List<String> all = new ArrayList<>(List.of("FROM " + parts().get("image.busybox")));
    all.addAll(List.of(lines));
    Files.write(context.resolve("Dockerfile"), all);
    return context;
  }

  private Shell.Running start(String... arguments) throws IOException {
    Janiko janiko = Janiko.namespace(store());
    return new Shell(work).start(janiko.environment(), janiko.with(List.of(arguments)));
  }

  private Shell.Result build(String... arguments) throws IOException, InterruptedException {
    return start(arguments).end(Shell.LONGEST);
  }

  private void assertRefused(Shell.Result result, String message) throws IOException {
    Traces.assertOneClearError(result, message);
    assertThat(result.code()).as(result.output()).isEqualTo(1);
    Traces.assertNothingOf(store());
  }

  @Test
  void contextThatIsNotThere() throws Exception {
    assertRefused(
        build("--no-push", work.resolve("nowhere").toString()), work.resolve("nowhere").toString());
  }

  @Test
  void contextThatIsAFile() throws Exception {
    Path file = Files.writeString(work.resolve("file"), "FROM scratch\n");
    assertRefused(build("--no-push", file.toString()), file.toString());
  }

  @Test
  void contextThatMayNotBeRead() throws Exception {
    Path context = context();
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(context, PosixFilePermissions.fromString("---------"));
    List<String> command = new ArrayList<>(List.of("setpriv", "--reuid=65534", "--clear-groups"));
    command.addAll(Janiko.namespace(store()).with(List.of("--no-push", context.toString())));
    Shell.Result result = new Shell(work).run(Janiko.namespace(store()).environment(), command);
    assertRefused(result, context.toString());
    assertThat(result.output()).containsIgnoringCase("permission denied");
  }

  @ParameterizedTest
  @CsvSource({"registry.auth, no credentials", "registry.readonly, 403"})
  void pushThatIsRefused(String registry, String message) throws Exception {
    String name = parts().get(registry) + "/refused/image:1";
    Path digest = work.resolve("digest");
    Shell.Result result =
        build(
            context("RUN echo ran").toString(),
            "--destination",
            name,
            "--digest-file",
            digest.toString());
    assertRefused(result, parts().get(registry));
    assertThat(result.output()).containsIgnoringCase(message);
    assertThat(result.output())
        .as("found out before the first step")
        .doesNotContain("RUN echo ran");
    assertThat(digest).doesNotExist();
  }

  @Test
  void registryThatNeverAnswers() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String host = "127.0.0.1:" + silent.getLocalPort();
      Path context = Files.createDirectories(work.resolve("context"));
      Files.writeString(context.resolve("Dockerfile"), "FROM " + host + "/silent\nRUN true\n");
      Instant begin = Instant.now();
      assertRefused(start("--no-push", context.toString()).end(SILENCE), host);
      assertThat(Duration.between(begin, Instant.now())).isLessThan(SILENCE);
    }
  }

  @Test
  void storeOnAFullDisk() throws Exception {
    Path context = context("RUN echo never");
    onSmallDisk(store(), () -> assertRefused(build("--no-push", context.toString()), "no space"));
  }

  @Test
  void archiveOnAFullDisk() throws Exception {
    Path context = context("RUN dd if=/dev/urandom of=/noise bs=1M count=2");
    Path out = work.resolve("out");
    onSmallDisk(
        out,
        () -> {
          Path tar = out.resolve("image.tar");
          Shell.Result result =
              build("--no-push", "-t", "x/y", "--tar-path", tar.toString(), context.toString());
          assertRefused(result, "no space");
          assertThat(result.output()).contains(tar.toString());
          assertThat(Traces.files(out)).isEmpty();
        });
  }

  private interface Check {
    void run() throws Exception;
  }

  private void onSmallDisk(Path folder, Check check) throws Exception {
    Files.createDirectories(folder);
    Shell shell = new Shell(work);
    shell.run("mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", folder.toString()).good();
    try {
      check.run();
    } finally {
      shell.run("umount", folder.toString()).good();
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void signalDuringRun(String signal, int code) throws Exception {
    String marker = "sleep 1" + (UUID.randomUUID().hashCode() & Integer.MAX_VALUE);
    Path out = Files.createDirectories(work.resolve("out"));
    Shell.Running build =
        start(
            context("RUN " + marker).toString(),
            "--no-push",
            "-t",
            "x/y",
            "--tar-path",
            out.resolve("image.tar").toString());
    awaitRunning(marker, build);
    new Shell(work).run("kill", "-" + signal, Long.toString(build.process().pid())).good();
    Shell.Result result = build.end(SOON);
    assertThat(result.code()).as(result.output()).isEqualTo(code);
    Traces.assertOneClearError(result, "interrupted");
    assertThat(Traces.runs(marker)).as("runs still: %s", result.output()).isFalse();
    assertThat(Traces.files(out)).isEmpty();
    Traces.assertNothingOf(store());
  }

  @Test
  void killedBuildIsClearedByTheNext() throws Exception {
    String marker = "sleep 1" + (UUID.randomUUID().hashCode() & Integer.MAX_VALUE);
    Path context = context("RUN echo before && " + marker);
    Shell.Running build = start("--no-push", context.toString());
    awaitRunning(marker, build);
    build.process().destroyForcibly().waitFor();
    Instant end = Instant.now().plus(SOON);
    while (Traces.runs(marker) && Instant.now().isBefore(end)) {
      Thread.sleep(50);
    }
    assertThat(Traces.runs(marker)).as("the command ends with the build").isFalse();
    build("--no-push", context("RUN echo again").toString()).good();
    Traces.assertNothingOf(store());
  }

  private static void awaitRunning(String marker, Shell.Running build) throws Exception {
    Instant end = Instant.now().plus(SOON);
    // The build's own command line has no marker: it is in the Dockerfile.
    while (!Traces.runs(marker)) {
      assertThat(build.process().isAlive()).as(build.output()).isTrue();
      assertThat(Instant.now()).as(build.output()).isBefore(end);
      Thread.sleep(50);
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void signalToTheContainer(String signal, int code) throws Exception {
    Shell shell = new Shell(work);
    Engine engine = new Engine(parts(), shell);
    String name = "janiko-it-" + UUID.randomUUID();
    Path out = Files.createDirectories(work.resolve("out"));
    Path context = context("RUN echo ready && sleep 1000");
    Janiko janiko =
        Janiko.inplace(
            engine,
            engine.load(Parts.executorArchive()),
            "--name",
            name,
            "-v",
            context + ":/workspace",
            "-v",
            out + ":/out");
    Shell.Running build =
        shell.start(
            janiko.environment(),
            janiko.with(
                List.of(
                    "--context",
                    "/workspace",
                    "--no-push",
                    "--destination",
                    "x/y",
                    "--tar-path",
                    "/out/image.tar")));
    Instant end = Instant.now().plus(SOON);
    while (build.output().lines().noneMatch(line -> line.endsWith(" ready"))) {
      assertThat(Instant.now()).as(build.output()).isBefore(end);
      Thread.sleep(100);
    }
    engine.run("kill", "--signal", signal, name).good();
    Shell.Result result = build.end(SOON);
    assertThat(result.code()).as(result.output()).isEqualTo(code);
    Traces.assertOneClearError(result, "interrupted");
    assertThat(Traces.files(out)).isEmpty();
  }
}
