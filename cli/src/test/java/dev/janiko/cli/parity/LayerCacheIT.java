package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

/**
 * The layer cache between processes: in containers that are used up, and by many builds at once.
 */
@Execution(ExecutionMode.CONCURRENT)
class LayerCacheIT {
  private static final int AT_ONCE = 10;
  private static final Duration LONGEST = Duration.ofMinutes(4);

  @TempDir private Path work;
  private final String name = "cache-" + UUID.randomUUID();
  private @Nullable Parts parts;

  @BeforeEach
  void findParts() throws IOException {
    parts = Parts.read();
  }

  private Parts parts() {
    return Objects.requireNonNull(parts);
  }

  private Path context(String... lines) throws IOException {
    Path context = Files.createDirectories(work.resolve("context"));
    List<String> all = new ArrayList<>(List.of("FROM " + parts().get("image.busybox")));
    all.addAll(List.of(lines));
    Files.write(context.resolve("Dockerfile"), all);
    return context;
  }

  private String repository(String of) {
    return parts().get("registry") + "/" + name + "/" + of;
  }

  private List<String> options(String image) {
    return List.of(
        "--cache",
        "--cache-repo",
        repository("layers"),
        "--insecure-registry",
        parts().get("registry"),
        "--destination",
        repository(image));
  }

  private Shell.Result inContainer(Path context) {
    Shell shell = new Shell(work);
    Engine engine = new Engine(parts(), shell);
    String executor = engine.load(Parts.executorArchive());
    Janiko janiko = Janiko.inplace(engine, executor, "-v", context + ":/workspace");
    return shell.run(janiko.environment(), janiko.with(options("made"))).good();
  }

  @Test
  void aSecondContainerTakesWhatTheFirstMade() throws Exception {
    String first = "RUN mkdir /d && echo x >/d/x && ln -s d /l && echo y >/y";
    String second = "RUN rm -r /d /l && mkdir /l && echo z >/l/z";
    Path context = context(first, second);
    assertThat(inContainer(context).output()).doesNotContain("CACHED");
    assertThat(inContainer(context).output()).contains("#2 CACHED", "#3 CACHED");
    context =
        context(
            first, second, "RUN test ! -e /d && test ! -L /l && cat /l/z /y && ! ls -a /l/.wh*");
    assertThat(inContainer(context).output()).contains("#2 CACHED", "#3 CACHED", "#4 DONE");
    Shell shell = new Shell(work);
    Engine engine = new Engine(parts(), shell);
    assertThat(
            engine
                .run("run", "--rm", "--network", "none", repository("made"), "ls", "/", "/l")
                .good()
                .output())
        .contains("z")
        .doesNotContain("\nd\n");
  }

  @Test
  void buildsAtOnceShareOneRepository() throws Exception {
    Path context =
        context("WORKDIR /w", "COPY file .", "RUN cat file > made", "RUN cat made > again");
    Files.writeString(context.resolve("file"), "content\n");
    Shell shell = new Shell(work);
    List<Shell.Running> running = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      Janiko janiko = Janiko.namespace(work.resolve("store-" + i));
      List<String> arguments = new ArrayList<>(options("image-" + i));
      arguments.add(context.toString());
      running.add(shell.start(janiko.environment(), janiko.with(arguments)));
    }
    for (Shell.Running build : running) {
      Shell.Result result = build.end(LONGEST).good();
      assertThat(result.output()).doesNotContain("nothing is taken", "not all layers are kept");
    }
    Janiko janiko = Janiko.namespace(work.resolve("store"));
    List<String> arguments = new ArrayList<>(options("last"));
    arguments.add(context.toString());
    // What two commands left may be kept by two builds; then the second does not fit the first.
    shell.run(janiko.environment(), janiko.with(arguments)).good();
    assertThat(shell.run(janiko.environment(), janiko.with(arguments)).good().output())
        .contains("#2 CACHED", "#3 CACHED", "#4 CACHED", "#5 CACHED");
    for (int i = 0; i < AT_ONCE; i++) {
      Engine engine = new Engine(parts(), shell);
      String image = repository("image-" + i);
      assertThat(engine.run("run", "--rm", "--network", "none", image, "cat", "again").good())
          .extracting(Shell.Result::output)
          .asString()
          .endsWith("content\n");
    }
  }
}
